// @ts-check
// The colors of an image: the stylesheet does not reach it.
import { embed } from "../page/handover.js";

/**
 * A value of the stylesheet.
 * @param {string} name
 */
export const token = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * The color that a viewer sees: the theme of an embedded board replaces those of figures.
 * @param {HTMLElement} panel
 * @param {string} color
 */
export const shownColor = (panel, color) => embed?.shownColor(panel, color) ?? color;
