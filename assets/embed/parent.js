// @ts-check
// Messages to and from the parent page: docs/reference/embedding.md.
import { limits, origins } from "../board/page/island.js";

const VERSION = 1;
const MAX_RANGE = 20; // characters of a preset

export const isFramed = window.parent !== window;

/** Whether an origin may embed this page. A wildcard allows all hosts below a name. */
const isAllowed = (/** @type {string} */ origin) =>
  origins().some((allowed) => {
    const [before, after] = allowed.split("*");
    return after ? origin.startsWith(before) && origin.endsWith(after) : origin === allowed;
  });

/** The origin of the parent page; null until the browser or a message has named it. */
let parentOrigin = namedParent();

/** @returns {string | null} */
function namedParent() {
  const named = location.ancestorOrigins?.[0] ?? originOf(document.referrer);
  return named && isAllowed(named) ? named : null;
}

/** @param {string} address */
function originOf(address) {
  return URL.canParse(address) ? new URL(address).origin : "";
}

/**
 * Send a message to the origins that may embed this page, and to no other.
 *
 * That there is a page may be heard by anyone: a parent whose name is not known yet then answers.
 * @param {string} type
 * @param {Record<string, unknown>} [fields]
 */
export function tellParent(type, fields) {
  if (isFramed) {
    for (const origin of parentOrigin ? [parentOrigin] : origins()) {
      const target = origin.includes("*") ? (type === "loading" ? "*" : null) : origin;
      if (target) {
        window.parent.postMessage({ dashapp: VERSION, type, ...fields }, target);
      }
    }
  }
}

/**
 * What the parent page can ask for.
 * @typedef {object} Requests
 * @property {(token: string) => void} token
 * @property {(part: { top: number, height: number, isDark: boolean }) => void} visible
 * @property {(theme: unknown) => void} theme
 * @property {(preset: string) => void} range
 */

/**
 * Call these for messages of a known shape, from an origin that may embed this page.
 * @param {Requests} requests
 */
export function onMessages(requests) {
  window.addEventListener("message", ({ source, origin, data }) => {
    const isKnown = source === window.parent && isAllowed(origin);
    if (isKnown && data && typeof data === "object" && data.dashapp === VERSION) {
      parentOrigin = origin;
      handle(data, requests);
    }
  });
}

/**
 * @param {any} message
 * @param {Requests} requests
 */
function handle({ type, token, theme, range, top, height, dark }, requests) {
  if (type === "visible" && Number.isFinite(Number(top)) && Number.isFinite(Number(height))) {
    requests.visible({ top: Number(top), height: Number(height), isDark: dark === true });
  } else if (type === "token" && isText(token, limits().maxToken)) {
    requests.token(token);
  } else if (type === "theme") {
    requests.theme(theme);
  } else if (type === "range" && isText(range, MAX_RANGE)) {
    requests.range(range);
  }
}

/**
 * @param {unknown} value
 * @param {number} most
 */
const isText = (value, most) => typeof value === "string" && value.length <= most;
