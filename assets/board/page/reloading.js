// @ts-check
// Loads the page again, and remembers what it must then say and show: after-reload.js.

const KEY = "dashapp-after-reload";

/** `panel` is the place of a panel that must be in view. @typedef {{ text: string, panel: number | null }} After */

/** @param {After} after */
export function reloadAndSay(after) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...after, top: window.scrollY }));
    history.scrollRestoration = "manual"; // browsers restore it before the board has its height
  } catch {}
  location.reload();
}

/** What was remembered, once. @returns {(After & { top: number }) | null} */
export function remembered() {
  try {
    const stored = sessionStorage.getItem(KEY);
    sessionStorage.removeItem(KEY);
    return stored && JSON.parse(stored);
  } catch {
    return null;
  }
}
