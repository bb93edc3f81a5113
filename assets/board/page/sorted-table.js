// @ts-check
// Tables that viewers sort: the heading of a column, and new rows in place of the old ones.
import { all, make } from "./page.js";

/**
 * @param {string} text
 * @param {boolean | null} isRising null if the table is not sorted by this column
 * @param {() => void} sort
 */
export function sortHeading(text, isRising, sort) {
  const cell = make("th");
  cell.scope = "col";
  if (isRising !== null) {
    cell.setAttribute("aria-sort", isRising ? "ascending" : "descending");
  }
  const button = make("button", "sort-do", text);
  button.type = "button";
  button.addEventListener("click", sort);
  cell.append(button);
  return cell;
}

/**
 * Replace what a box contains. The button that has the focus is found again by its text, in any order.
 * @param {HTMLElement} box
 * @param {HTMLElement} content
 */
export function replaceTable(box, content) {
  const focused = all("button", box).find((button) => button === document.activeElement);
  const same = () => all("button", box).filter((button) => isSame(button, focused));
  const place = focused ? same().indexOf(focused) : -1;
  box.replaceChildren(content);
  same()[place]?.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} one
 * @param {HTMLElement | undefined} other
 */
const isSame = (one, other) =>
  one.className === other?.className && one.textContent === other.textContent;
