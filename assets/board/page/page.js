// @ts-check
// Finding and making elements.

/** The board; null until Dash has drawn it. */
export const board = () => document.getElementById("board");

export const panels = () => all("[data-panel]");

/** The language of the page, as a tag. */
export const language = () => document.documentElement.lang;

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 */
export function all(selector, root = document) {
  const elements = /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector));
  return Array.from(elements);
}

/**
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement | null}
 */
export function find(selector, root = document) {
  return root.querySelector(selector);
}

/**
 * An element that is always there.
 * @param {string} selector
 * @param {ParentNode} [root]
 */
export function get(selector, root = document) {
  const element = find(selector, root);
  if (!element) {
    throw new Error(`no ${selector}`);
  }
  return element;
}

/**
 * A field of a form that is always there.
 * @param {string} selector
 * @param {ParentNode} [root]
 */
export function getInput(selector, root = document) {
  return /** @type {HTMLInputElement} */ (get(selector, root));
}

/**
 * The closest element around what an event happened to.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function closest(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

/**
 * The panel that an element is in.
 * @param {Element} element
 */
export function panelOf(element) {
  return /** @type {HTMLElement} */ (element.closest("[data-panel]"));
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) {
    element.className = className;
  }
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}
