// @ts-check
// Takes what the page's first script has left on `window`, so that it is nobody's global: the
// request for the layout, which begins before this bundle has loaded, and on an embedded page what
// has its token (inline.py, embed/main.js).

const handover = window.dashappHandover;
delete window.dashappHandover;

/** The response to the request for the layout; undefined if no script has sent one. */
export const earlyLayout = handover?.layout;

/** What an embedded page does for its board; null on a page of its own. */
export const embed = handover?.embed ?? null;
