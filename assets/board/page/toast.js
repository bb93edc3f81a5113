// @ts-check
// A message that disappears after three seconds.
import { find, make } from "./page.js";

const SHOWN_MS = 3_000;
/** @type {number | undefined} */
let timer;

/** @param {string} text */
export function toast(text) {
  const message = document.getElementById("toast") ?? make("p", "toast");
  message.id = "toast";
  message.setAttribute("role", "status");
  const place = find("dialog[open]") ?? document.body; // what is outside of a dialog is inert
  if (message.parentElement !== place) {
    place.append(message);
  }
  message.textContent = text;
  message.dataset.shown = "true";
  clearTimeout(timer);
  timer = window.setTimeout(() => delete message.dataset.shown, SHOWN_MS);
}
