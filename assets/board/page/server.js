// @ts-check
// Requests that the server answers with JSON.

/** An answer that is no success: `status` 0 means that there was none. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {any} answer
   */
  constructor(status, answer) {
    super(answer?.error?.message ?? answer?.message ?? "");
    this.status = status;
    this.answer = answer;
  }
}

/**
 * Ask the server for JSON. Throws a Refusal.
 * @param {string} path
 * @param {RequestInit} [options]
 */
export async function ask(path, options) {
  const response = await fetch(path, { credentials: "same-origin", ...options }).catch((error) => {
    throw error.name === "AbortError" ? error : new Refusal(0, null);
  });
  if (response.redirected) {
    throw new Refusal(401, null); // to the page that signs in
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok || answer === null) {
    throw new Refusal(response.status, answer);
  }
  return answer;
}
