// @ts-check
// The JSON that Python writes for scripts, in three islands: one for the page, one for the board, and one
// that each refresh replaces. dashapp/board/island.py defines the fields.
/** @import { Opening, PageIsland, Script, Shown } from "../../types" */

/**
 * @param {string} id
 * @returns {any} null if there is no such element yet
 */
function read(id) {
  const text = document.getElementById(id)?.textContent;
  return text ? JSON.parse(text) : null;
}

/** @type {() => PageIsland} */
const page = () => read("island");

/**
 * A translated text of the page. Parts that scripts fill in are `%s`.
 * @param {string} name
 * @param {string} [part]
 */
export function word(name, part) {
  const text = page().words[name];
  return part === undefined ? text : text.replace("%s", () => part);
}

/**
 * The addresses of a script that is loaded when it is needed; null if this page does not have it.
 * @param {Script} name
 */
export const filesOf = (name) => page()?.files?.[name] ?? null;

export const limits = () => page().limits;

/** Origins that may embed this page. A preview is embedded by this server's own pages. */
export const origins = () =>
  (page().origins ?? []).map((/** @type {string} */ origin) =>
    origin === "'self'" ? location.origin : origin,
  );

/**
 * Replace the texts of the page, for another language.
 * @param {Record<string, string>} words
 */
export function setWords(words) {
  const element = /** @type {HTMLElement} */ (document.getElementById("island"));
  element.textContent = JSON.stringify({ ...page(), words });
}

/** Facts that do not change while a board is open; null until there is a board. @type {() => Opening | null} */
export const opening = () => read("opening");

/** What the board shows. Call this only while there is a board. @type {() => Shown} */
export const shown = () => read("shown");

/**
 * Call a function whenever the board shows something else.
 * @param {() => void} listener
 */
export function onShown(listener) {
  const island = /** @type {HTMLElement} */ (document.getElementById("shown"));
  const changes = { characterData: true, childList: true, subtree: true };
  new MutationObserver(listener).observe(island, changes);
}
