// @ts-check
// The panels while they are edited: each gets a grip, a title field, buttons, and a handle at its edge. The
// panels themselves belong to Dash, so they are moved and hidden, never removed.
/** @import { State } from "./history.js" */
import { iconButton } from "../board/page/icon-button.js";
import { all, find, get, make } from "../board/page/page.js";
import { SIZES, sizesOf } from "./rows.js";
import { text } from "./texts.js";

/**
 * A panel on the board. Lists of one `group` that are next to each other share a place.
 * @typedef {{
 *   element: HTMLElement, name: string, slug: string | null, definition: any,
 *   isElastic: boolean, group: string | null,
 * }} Placed
 */

/** The grid of the board. */
export const grid = () => get("#board .grid");

/** @param {HTMLElement} element */
export const sizeOf = (element) =>
  SIZES.find((size) => element.classList.contains(size)) ?? "quarter";

/** @param {Element} element */
export const keyOf = (element) => /** @type {HTMLElement} */ (element).dataset.edit ?? "";

/**
 * @param {string} icon
 * @param {string} act
 * @param {string} name
 */
function button(icon, act, name) {
  const made = iconButton(icon, name, undefined, `edit-${act}`);
  made.dataset.act = act;
  return made;
}

/**
 * Give a panel what edits it.
 * @param {string} key
 * @param {Placed} placed
 * @param {number} maxTitle
 */
export function addTools(key, { element, name }, maxTitle) {
  element.dataset.edit = key;
  const grip = button("grip", "grip", text("grip", name));
  const title = make("input", "edit-title");
  title.maxLength = maxTitle;
  title.placeholder = name;
  title.setAttribute("aria-label", text("titleOf", name));
  const handle = make("span", "edit-handle");
  handle.title = text("resize");
  const tools = make("div", "edit-tools");
  tools.append(
    button("up", "earlier", `${text("earlier")}: ${name}`),
    button("chev", "later", `${text("later")}: ${name}`),
    button("left", "narrower", `${text("narrower")}: ${name}`),
    button("right", "wider", `${text("wider")}: ${name}`),
    button("x", "remove", text("removeOf", name)),
  );
  const head = make("div", "edit-head");
  head.append(grip, title, tools);
  element.prepend(head);
  element.append(handle);
  for (const part of all(":scope > :is(.body,.chart,.ph,.old)", element)) {
    part.inert = true;
  }
}

/** @param {HTMLElement} element */
export function removeTools(element) {
  for (const part of all(":scope > :is(.edit-head,.edit-handle)", element)) {
    part.remove();
  }
  for (const part of all(":scope > [inert]", element)) {
    part.inert = false;
  }
  delete element.dataset.edit;
}

/**
 * Show a state on the board. The focus stays where it is.
 * @param {State} state
 * @param {Map<string, Placed>} placed
 */
export function show(state, placed) {
  const focused = document.activeElement;
  const board = grid();
  board.classList.toggle("auto", !state.isSized);
  const shown = new Set(state.items.map((item) => item.key));
  for (const [key, { element }] of placed) {
    element.hidden = !shown.has(key);
  }
  const sizes = sizesOf(state, placed);
  state.items.forEach(({ key, title }, index) => {
    const one = placed.get(key);
    if (!one) {
      return;
    }
    const { element, name } = one;
    if (board.children[index] !== element) {
      board.insertBefore(element, board.children[index] ?? null);
    }
    setSize(element, sizes[index]);
    const field = /** @type {HTMLInputElement} */ (find(".edit-title", element));
    if (field) {
      field.value = title ?? name;
    }
  });
  if (focused instanceof HTMLElement && focused !== document.activeElement) {
    focused.focus({ preventScroll: true });
  }
}

/**
 * @param {HTMLElement} element
 * @param {string} size
 */
export function setSize(element, size) {
  if (sizeOf(element) !== size) {
    element.classList.remove(...SIZES);
    element.classList.add(size);
  }
}
