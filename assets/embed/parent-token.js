// @ts-check
// Requests tokens from the parent page.
import { isFramed, tellParent } from "./parent.js";

const PATIENCE_MS = 10_000;

/** The parent page sent no token. */
export class NoToken extends Error {}

/** Resolves the pending request for a token; null without one. @type {((token: string) => void) | null} */
let resolvePending = null;

/**
 * Resolves with a token, or rejects with NoToken.
 * @returns {Promise<string>}
 */
export function askParent() {
  if (!isFramed) {
    return Promise.reject(new NoToken());
  }
  return new Promise((resolve, reject) => {
    resolvePending = (token) => {
      resolvePending = null;
      resolve(token);
    };
    setTimeout(() => {
      if (resolvePending) {
        resolvePending = null;
        reject(new NoToken());
      }
    }, PATIENCE_MS);
    tellParent("token-needed");
  });
}

/**
 * Resolve the pending request with a token from the parent page.
 * @param {string} token
 * @returns {boolean} whether a request was pending
 */
export function giveToken(token) {
  const isPending = resolvePending !== null;
  resolvePending?.(token);
  return isPending;
}
