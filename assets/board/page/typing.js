// @ts-check
// Where keys are text.
import { closest } from "./page.js";

const FIELDS =
  "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog";

/**
 * Whether a key belongs to a field or a dialog, and is no shortcut.
 * @param {Event} event
 */
export const isTyping = (event) => closest(event, FIELDS) !== null;
