// @ts-check
// Navigation between views: the URL determines what the board shows.
import { setProps } from "../dash/dash.js";

const BOARD = /^(.*)\/(?:app|embed)\/([^/]+)\/([^/]+)\/?$/;

/** The server's path, and the org and the dashboard of this page. */
export function place() {
  const [, root = "", org = "", dashboard = ""] = BOARD.exec(location.pathname) ?? [];
  return { root, org, dashboard };
}

/** The parameters of the URL. */
export const parameters = () => new URLSearchParams(location.search);

/**
 * The query part of a URL, empty without parameters.
 * @param {URLSearchParams} changed
 */
export function searchOf(changed) {
  const text = changed.toString();
  return text ? `?${text}` : "";
}

/**
 * Change the parameters of the URL. If they stay the same, nothing is requested.
 * @param {(changed: URLSearchParams) => void} change
 */
export function go(change) {
  const changed = parameters();
  const before = changed.toString();
  change(changed);
  if (changed.toString() !== before) {
    setProps("url", { search: searchOf(changed) });
  }
}

/**
 * Put parameters into the URL without a request, for what the page shows by itself.
 * @param {URLSearchParams} changed
 */
export function replaceSearch(changed) {
  history.replaceState(history.state, "", location.pathname + searchOf(changed));
}

/**
 * Show a custom range instead of a preset or a past moment.
 * @param {string} from
 * @param {string} to
 */
export function goToRange(from, to) {
  go((changed) => {
    changed.set("from", from);
    changed.set("to", to);
    changed.delete("time_range");
    changed.delete("as_of");
  });
}

/**
 * Set a parameter, or remove it if the value is empty.
 * @param {string} name
 * @param {string} value
 */
export function goTo(name, value) {
  go((changed) => set(changed, name, value));
}

/**
 * @param {URLSearchParams} changed
 * @param {string} name
 * @param {string} value empty to remove it
 */
export function set(changed, name, value) {
  if (value) {
    changed.set(name, value);
  } else {
    changed.delete(name);
  }
}
