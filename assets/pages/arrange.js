// @ts-check
// Arranging a dashboard: rows move without a request, by button, key, or dragging, and a preview shows
// the shape of the board. Without this script the same buttons send the form.
import { closest, find, get, getInput, make } from "../board/page/page.js";
import "./header.js";

const form = /** @type {HTMLFormElement} */ (get("#arrange"));
const list = get("#rows");
const announcement = get("#moved");
const preview = get("#preview");

const rows = () => /** @type {HTMLElement[]} */ ([...list.children]);

/** @param {HTMLElement} row */
function titleOf(row) {
  const input = getInput(".row-title input", row);
  return input.value.trim() || input.placeholder;
}

/** @param {HTMLElement} row */
const sizeOf = (row) => getInput(".row-size select", row).value;

/** @param {HTMLElement} row */
function announce(row) {
  /** @type {Record<string, unknown>} */
  const parts = { "%p": titleOf(row), "%n": rows().indexOf(row) + 1, "%c": rows().length };
  const text = announcement.dataset.words ?? "";
  announcement.textContent = text.replace(/%[pnc]/g, (part) => String(parts[part]));
}

/**
 * @param {HTMLElement} row
 * @param {number} step
 */
function move(row, step) {
  if (step < 0) {
    row.previousElementSibling?.before(row);
  } else {
    row.nextElementSibling?.after(row);
  }
  announce(row);
  draw();
}

// -- The preview ------------------------------------------------------------------------------------------

function draw() {
  const isSized = rows().some((row) => sizeOf(row) !== row.dataset.size);
  const shown = rows().filter((row) => getInput(".row-shown input", row).checked);
  preview.className = isSized ? "preview-grid" : "preview-grid auto";
  preview.replaceChildren(...shown.map(box));
}

/** @param {HTMLElement} row */
function box(row) {
  const tall = "tall" in row.dataset ? " tall" : "";
  return make("span", `box ${sizeOf(row)}${tall}`, titleOf(row));
}

list.addEventListener("input", draw);
draw();

// -- Buttons and keys ---------------------------------------------------------------------------------------

list.addEventListener("click", (event) => {
  const button = closest(event, "[data-move]");
  const row = button?.closest("li");
  if (button && row) {
    event.preventDefault();
    move(row, Number(button.dataset.move));
    button.focus();
  }
});

// Alt and an arrow key move the focused row. In a select, they open its list instead.
list.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const row = closest(event, "li");
  if (step && row && event.altKey && !closest(event, "select")) {
    event.preventDefault();
    const focused = document.activeElement;
    move(row, step);
    if (focused instanceof HTMLElement) {
      focused.focus();
    }
  }
});

// Enter in a field must not submit the form.
list.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && closest(event, "input")) {
    event.preventDefault();
  }
});

// -- Dragging -------------------------------------------------------------------------------------------------

/** @type {HTMLElement | null} */
let dragged = null;

/** @param {HTMLElement} row */
function makeDraggable(row) {
  const grip = find(".grip", row);
  grip?.addEventListener("pointerdown", () => {
    row.draggable = true;
  });
  grip?.addEventListener("pointerup", () => {
    row.draggable = false;
  });
  row.addEventListener("dragstart", () => {
    dragged = row;
    row.classList.add("dragged");
  });
  row.addEventListener("dragend", () => {
    row.classList.remove("dragged");
    row.draggable = false;
    dragged = null;
    announce(row);
    draw();
  });
  row.addEventListener("dragover", (event) => {
    if (dragged && dragged !== row) {
      event.preventDefault();
      const { top, height } = row.getBoundingClientRect();
      const isBelow = event.clientY > top + height / 2;
      list.insertBefore(dragged, isBelow ? row.nextElementSibling : row);
    }
  });
}

rows().forEach(makeDraggable);

// -- Leaving --------------------------------------------------------------------------------------------------
// The browser asks before it discards unsaved changes.

// The form has no files, so its data is text.
const state = () => new URLSearchParams(/** @type {any} */ (new FormData(form))).toString();
const before = state();
let isSent = false;

form.addEventListener("submit", () => {
  isSent = true;
});
window.addEventListener("beforeunload", (event) => {
  const hasChanges = form.dataset.changed === "true" || state() !== before;
  if (!isSent && hasChanges) {
    event.preventDefault();
  }
});
