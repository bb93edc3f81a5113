// @ts-check
// What an embedded page requests of the server: without cookies, and with a token in a header.
/** @import { PageToken } from "../types" */

const BASE = location.pathname.replace(/\/$/, "");
const plainFetch = window.fetch.bind(window);

/** The server refused a token: there is no use in another try. */
export class Refused extends Error {}

/**
 * @param {string} path
 * @param {string} token
 * @param {unknown} [body]
 */
export function post(path, token, body) {
  return plainFetch(BASE + path, {
    method: "POST",
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
  });
}

/**
 * Exchange a token for the page's own. Rejects with Refused, or with any other error if there was no
 * answer.
 * @param {string} token
 * @returns {Promise<PageToken>}
 */
export async function fetchPageToken(token) {
  const response = await post("/token", token);
  if (!response.ok) {
    throw response.status < 500 ? new Refused() : new Error("unavailable");
  }
  return response.json();
}

/**
 * The layout, requested as soon as there is a token, while the large scripts are still parsed.
 * @param {string} token
 */
export function fetchLayout(token) {
  return plainFetch(`${BASE}/_dash-layout${location.search}`, {
    credentials: "omit",
    referrerPolicy: "no-referrer",
    headers: { Authorization: `Bearer ${token}` },
  });
}
