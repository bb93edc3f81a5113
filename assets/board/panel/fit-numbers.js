// @ts-check
// Shrinks numbers that are wider than their card, so that they are never cut off: first a size, then the
// short form, then more sizes.
import { all } from "../page/page.js";

const SMALLEST = 4; // the last size in board.css
const SHORTENED = 1; // the size after which the short form is shown

/** The long forms of numbers that are shown in short. @type {WeakMap<HTMLElement, { long: string, short: string }>} */
const shortened = new WeakMap();

/** @param {HTMLElement} value */
const isCut = (value) => value.scrollWidth > value.clientWidth;

/**
 * Change the text in the node that React knows.
 * @param {HTMLElement} value
 * @param {string} text
 */
function write(value, text) {
  if (value.firstChild) {
    value.firstChild.nodeValue = text;
  }
}

/** @param {HTMLElement} value */
function restore(value) {
  const was = shortened.get(value);
  shortened.delete(value);
  if (was && value.textContent === was.short) {
    write(value, was.long);
  }
}

/**
 * Shrink a number until it fits.
 * @param {HTMLElement} value
 * @param {number} most how many sizes
 */
function shrink(value, most) {
  delete value.dataset.fit;
  for (let size = 1; size <= most && isCut(value); size += 1) {
    value.dataset.fit = String(size);
  }
}

/** @param {HTMLElement} value */
function fit(value) {
  restore(value);
  const { short } = value.dataset;
  shrink(value, short ? SHORTENED : SMALLEST);
  if (short && isCut(value)) {
    shortened.set(value, { long: value.textContent ?? "", short });
    write(value, short);
    shrink(value, SMALLEST);
  }
}

export const fitNumbers = () => all(".kpi .val").forEach(fit);

window.addEventListener("resize", fitNumbers);
