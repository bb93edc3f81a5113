// @ts-check
// Heat maps: a card shows the value of a cell, under the pointer or by keyboard. The arrow keys move between
// cells; the map is one tab stop. A click or Enter opens the menu of a cell.
import { cardOf, placeNextTo } from "../chart/card.js";
import { drillInCell } from "../drill/drill.js";
import { all, closest, make, panelOf } from "../page/page.js";
import { refreshed } from "../page/signals.js";

const GAP = 8; // pixels between a cell and its card
const CELL = ".heat tbody td:not(.total)";
/** Columns and rows that a key moves by. @type {Record<string, [number, number]>} */
const MOVES = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-24, 0],
  End: [24, 0],
};

/** The cell whose card is shown, and the card. @type {{ cell: HTMLElement, card: HTMLElement } | null} */
let shown = null;

/** @param {HTMLElement} cell */
const rowOf = (cell) => /** @type {HTMLTableRowElement} */ (cell.parentElement);

/** @param {HTMLElement} cell */
function show(cell) {
  hide();
  const row = rowOf(cell);
  const hour = /** @type {HTMLTableCellElement} */ (cell).cellIndex - 1;
  const day = row.cells[0].textContent;
  const clock = [hour, hour + 1].map((one) => `${String(one).padStart(2, "0")}:00`).join("–");
  const panel = panelOf(cell);
  const card = cardOf(panel);
  shown = { cell, card };
  const head = make("div", "card-head");
  head.append(make("strong", "", `${day} ${clock}`));
  card.replaceChildren(head, make("p", "big", cell.textContent ?? ""));
  card.hidden = false;
  const [box, frame] = [cell.getBoundingClientRect(), panel.getBoundingClientRect()];
  const isBelow = box.bottom + GAP + card.offsetHeight <= window.innerHeight;
  const top = isBelow ? box.bottom + GAP : box.top - GAP - card.offsetHeight;
  card.style.top = `${top - frame.top}px`;
  placeNextTo(card, panel, (box.left + box.right) / 2 - frame.left);
}

function hide() {
  if (shown) {
    shown.card.hidden = true;
    shown.card.style.top = "";
    shown = null;
  }
}

/**
 * The cell next to another; the same one at an edge.
 * @param {HTMLElement} cell
 * @param {[number, number]} move
 */
function neighbor(cell, [columns, rows]) {
  const line = rowOf(cell);
  const days = /** @type {HTMLTableSectionElement} */ (line.parentElement).rows;
  const index = /** @type {HTMLTableCellElement} */ (cell).cellIndex;
  const row = days[Math.max(0, Math.min(days.length - 1, line.sectionRowIndex + rows))];
  const last = all("td:not(.total)", row).length;
  return row.cells[Math.max(1, Math.min(last, index + columns))];
}

document.addEventListener("pointerover", (event) => {
  const cell = closest(event, CELL);
  if (cell) {
    show(cell);
  } else if (shown && shown.cell !== document.activeElement) {
    hide();
  }
});

document.addEventListener("click", (event) => {
  const cell = closest(event, CELL);
  if (cell) {
    drillInCell(cell);
  }
});

document.addEventListener("focusin", (event) => {
  const cell = closest(event, CELL);
  if (cell) {
    show(cell);
  }
});

document.addEventListener("focusout", (event) => {
  if (closest(event, CELL)) {
    hide();
  }
});

document.addEventListener(
  "keydown",
  (event) => {
    const cell = closest(event, CELL);
    const move = MOVES[event.key];
    if (cell && event.key === "Enter") {
      drillInCell(cell);
      event.preventDefault();
      event.stopPropagation();
    } else if (cell && event.key === "Escape" && shown) {
      hide();
      event.stopPropagation();
    } else if (cell && move && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const next = neighbor(cell, move);
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

// New numbers may move the tab stop: there is one, where the focus is.
refreshed.on(() => {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const map = focused?.closest(".heat");
  if (focused && map) {
    for (const cell of all(CELL, map)) {
      cell.tabIndex = cell === focused ? 0 : -1;
    }
    show(focused);
  } else if (shown && !shown.cell.isConnected) {
    hide();
  }
});
