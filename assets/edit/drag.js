// @ts-check
// Moving and resizing panels by pointer. The grid changes when the pointer is released, so that nothing jumps
// below it: until then a line shows the new place.
import { closest, find, make } from "../board/page/page.js";
import { grid, setSize, sizeOf } from "./panels.js";
import { COLUMNS, SIZES } from "./rows.js";

const THRESHOLD = 4; // pixels: less is a click
const EDGE = 64; // pixels from the window's edge, where it scrolls

/**
 * What dragging does. While a panel is resized, the others are held: they keep the sizes that are seen.
 * @typedef {{
 *   hold(): void,
 *   release(): void,
 *   move(element: HTMLElement, before: HTMLElement | null): void,
 *   resize(element: HTMLElement, size: string): void,
 * }} Drops
 */

/**
 * Let panels be dragged until the function that is returned is called.
 * @param {Drops} drops
 */
export function enableDragging(drops) {
  /** @param {PointerEvent} event */
  const press = (event) => {
    const grip = closest(event, ".edit-grip");
    const handle = closest(event, ".edit-handle");
    const panel = /** @type {HTMLElement | null} */ (
      (grip ?? handle)?.closest("[data-edit]") ?? null
    );
    if (panel && event.button === 0) {
      event.preventDefault();
      grip?.focus();
      follow(event, grip ? moving(panel, event, drops) : resizing(panel, drops));
    }
  };
  document.addEventListener("pointerdown", press);
  return () => document.removeEventListener("pointerdown", press);
}

/** @typedef {{ to(event: PointerEvent): void, end(isDropped: boolean): void }} Gesture */

/**
 * @param {PointerEvent} start
 * @param {Gesture} gesture
 */
function follow(start, gesture) {
  const ending = new AbortController();
  const options = { signal: ending.signal };
  /** @param {boolean} isDropped */
  const end = (isDropped) => {
    ending.abort();
    gesture.end(isDropped);
  };
  document.addEventListener(
    "pointermove",
    (event) => event.pointerId === start.pointerId && gesture.to(event),
    options,
  );
  document.addEventListener("pointerup", () => end(true), options);
  document.addEventListener("pointercancel", () => end(false), options);
  document.addEventListener("keydown", ({ key }) => key === "Escape" && end(false), options);
}

/**
 * The panel under a point, and whether the point is in its second half.
 * @param {PointerEvent} event
 */
function targetAt({ clientX, clientY }) {
  const under = document.elementFromPoint(clientX, clientY);
  const panel = /** @type {HTMLElement | null} */ (under?.closest("[data-edit]") ?? null);
  if (!panel) {
    return null;
  }
  const { left, top, width, height } = panel.getBoundingClientRect();
  const isWide = width > 0.9 * grid().clientWidth; // alone in its row
  const isAfter = isWide ? clientY > top + height / 2 : clientX > left + width / 2;
  return { panel, isAfter, isWide };
}

/** @param {HTMLElement} panel */
function next(panel) {
  let sibling = panel.nextElementSibling;
  while (sibling instanceof HTMLElement && (sibling.hidden || !sibling.dataset.edit)) {
    sibling = sibling.nextElementSibling;
  }
  return /** @type {HTMLElement | null} */ (sibling);
}

/**
 * @param {HTMLElement} panel
 * @param {PointerEvent} start
 * @param {Drops} drops
 * @returns {Gesture}
 */
function moving(panel, start, drops) {
  const line = make("span", "edit-line");
  const startY = window.scrollY;
  /** @type {HTMLElement | null | undefined} */
  let before;
  /**
   * Scroll at the window's edges; return how far the page has scrolled since the start.
   * @param {PointerEvent} event
   */
  function scrolled({ clientY }) {
    const step = clientY < EDGE ? -16 : clientY > window.innerHeight - EDGE ? 16 : 0;
    window.scrollBy(0, step);
    return window.scrollY - startY;
  }
  return {
    to(event) {
      const [x, y] = [event.clientX - start.clientX, event.clientY - start.clientY];
      if (before === undefined && Math.hypot(x, y) < THRESHOLD) {
        return;
      }
      panel.classList.add("edit-dragged");
      panel.style.translate = `${x}px ${y + scrolled(event)}px`;
      const target = targetAt(event);
      if (target && target.panel !== panel) {
        before = target.isAfter ? next(target.panel) : target.panel;
        place(line, target);
      }
    },
    end(isDropped) {
      panel.classList.remove("edit-dragged");
      panel.style.translate = "";
      line.remove();
      if (isDropped && before !== undefined && before !== panel) {
        drops.move(panel, before);
      }
    },
  };
}

/**
 * @param {HTMLElement} line
 * @param {{ panel: HTMLElement, isAfter: boolean, isWide: boolean }} target
 */
function place(line, { panel, isAfter, isWide }) {
  line.className = `edit-line ${isWide ? "across" : "down"} ${isAfter ? "after" : "before"}`;
  panel.append(line);
}

/**
 * @param {HTMLElement} panel
 * @param {Drops} drops
 * @returns {Gesture}
 */
function resizing(panel, drops) {
  drops.hold();
  const first = sizeOf(panel);
  panel.classList.add("edit-resized");
  return {
    to({ clientX }) {
      const { left } = panel.getBoundingClientRect();
      const columns = ((clientX - left) / grid().clientWidth) * COLUMNS.full;
      setSize(panel, nearest(columns));
    },
    end(isDropped) {
      panel.classList.remove("edit-resized");
      const size = sizeOf(panel);
      drops.release();
      if (isDropped && size !== first) {
        drops.resize(panel, size);
      }
    },
  };
}

/** @param {number} columns */
const nearest = (columns) =>
  SIZES.reduce((best, size) =>
    Math.abs(COLUMNS[size] - columns) < Math.abs(COLUMNS[best] - columns) ? size : best,
  );

/** Whether the focus is in a field whose own keys come first. */
export const isTyping = () => Boolean(find("input:focus, select:focus, textarea:focus"));
