// @ts-check
// Messages to and from the parent page: docs/reference/embedding.md.
import { limits, origins } from "../board/page/island.js";

const VERSION = 1;
const MAX_RANGE = 20; // characters of a preset

/** The origin of the parent page; null until it has sent a message. @type {string | null} */
let parentOrigin = null;

export const isFramed = window.parent !== window;

/**
 * Send a message to the origins that may embed this page, and to no other.
 * @param {string} type
 * @param {Record<string, unknown>} [fields]
 */
export function tellParent(type, fields) {
  if (isFramed) {
    for (const origin of parentOrigin ? [parentOrigin] : origins()) {
      window.parent.postMessage({ dashapp: VERSION, type, ...fields }, origin);
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
    const isKnown = source === window.parent && origins().includes(origin);
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
