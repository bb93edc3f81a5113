// @ts-check
// Keeps the token across reloads. After a reload or Back, a plain iframe gets no token from its parent
// page, so the page's own token is kept in the state of the history entry, which is not in the URL. A
// parent page with embed.js sends a token, so none is kept.

/** @type {() => string | null} */
let tokenToKeep = () => null;

const state = history.state?.dashapp;
/** The token that this page kept before it was reloaded. */
export const keptToken = typeof state === "string" ? state : null;

/**
 * Set the function that returns the token to keep; null keeps none.
 * @param {() => string | null} getToken
 */
export function keepToken(getToken) {
  tokenToKeep = getToken;
}

/** @param {unknown} state */
function withToken(state) {
  const { dashapp: _, ...rest } = /** @type {Record<string, unknown>} */ (state ?? {});
  const token = tokenToKeep();
  return token ? { ...rest, dashapp: token } : rest;
}

// Dash writes history entries, too: one for each range.
for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
  const native = history[name].bind(history);
  history[name] = (state, _unused, url) => native(withToken(state), "", url);
}

/** Update the token in the current entry. */
export const updateHistory = () => history.replaceState(history.state, "");
window.addEventListener("popstate", updateHistory);

/** Remove the fragment from the URL before other scripts can read it. */
export function removeFragment() {
  if (location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
}
