// @ts-check
// What outlives the page. After a reload, and after Back, nothing brings a token to a plain iframe: the
// page's own token is kept in the state of the history entry, which is in no URL. A page with embed.js
// brings a token, and none is kept.

/** @type {() => string | null} */
let tokenToKeep = () => null;

const state = history.state?.dashapp;
/** The token that this page kept before it was reloaded. */
export const keptToken = typeof state === "string" ? state : null;

/**
 * Say which token to keep; null keeps none.
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

/** Take the fragment out of the URL before anything else reads it. */
export function removeFragment() {
  if (location.hash) {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
}
