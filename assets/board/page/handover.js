// @ts-check
// Takes over what an earlier script of the page left on `window`, and removes it from there: the request
// for the layout, which starts before this bundle has loaded, and on an embedded page the functions that
// use its token. See web/http/inline.py and embed/main.js.

const handover = window.dashappHandover;
delete window.dashappHandover;

/** The response to the request for the layout; undefined if no script has sent one. */
export const earlyLayout = handover?.layout;

/** The functions that an embedded page provides; null on other pages. */
export const embed = handover?.embed ?? null;
