// @ts-check
// Asks the server for the orgs that a person can switch to.
import { get } from "../board/page/page.js";
import { parameters } from "../board/view/navigation.js";

export const FOUND = "#orgs-found";

/**
 * The list of the orgs whose names have what was typed, as links that keep the view. Rejects if there is no
 * answer.
 * @param {HTMLFormElement} form
 * @param {string} typed
 * @param {AbortSignal} signal
 */
export async function orgList(form, typed, signal) {
  const asked = parameters();
  asked.set("search", typed);
  const response = await fetch(`${form.action}?${asked}`, { signal });
  if (response.redirected) {
    location.reload(); // the session has ended: the page leads to the login, and back
    throw new DOMException("", "AbortError");
  }
  if (!response.ok) {
    throw new Error(String(response.status));
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return get(FOUND, page);
}
