// @ts-check
// Requests of an embedded page to the server: without cookies, with a token in a header.
/** @import { PageToken } from "../types" */

const BASE = location.pathname.replace(/\/$/, "");
const plainFetch = window.fetch.bind(window);

/** The server refused a token, so a retry with it would fail too. */
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
 * Exchange a token for a page token. Rejects with Refused, or with another error if there was no
 * response.
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
 * Request the layout. Called as soon as there is a token, while the large scripts are still parsed.
 * @param {string} token
 */
export function fetchLayout(token) {
  return plainFetch(`${BASE}/_dash-layout${location.search}`, {
    credentials: "omit",
    referrerPolicy: "no-referrer",
    headers: { Authorization: `Bearer ${token}` },
  });
}
