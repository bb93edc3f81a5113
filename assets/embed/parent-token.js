// @ts-check
// Asking the page around for a token.
import { isFramed, tellParent } from "./parent.js";

const PATIENCE_MS = 10_000;

/** The page around brought no token. */
export class NoToken extends Error {}

/** Takes a token, while one is expected. @type {((token: string) => void) | null} */
let expected = null;

/**
 * Resolves with a token, or rejects with NoToken.
 * @returns {Promise<string>}
 */
export function askParent() {
  if (!isFramed) {
    return Promise.reject(new NoToken());
  }
  return new Promise((resolve, reject) => {
    expected = (token) => {
      expected = null;
      resolve(token);
    };
    setTimeout(() => {
      if (expected) {
        expected = null;
        reject(new NoToken());
      }
    }, PATIENCE_MS);
    tellParent("token-needed");
  });
}

/**
 * Pass on a token from the page around.
 * @param {string} token
 * @returns {boolean} whether it was expected
 */
export function giveToken(token) {
  const isExpected = expected !== null;
  expected?.(token);
  return isExpected;
}
