// @ts-check
// The menu of time zones. The script that fills it is a file of its own, which is loaded when the
// pointer or the focus reaches the menu.
import { call, load } from "../page/lazy.js";
import { closest } from "../page/page.js";

const MENU = ".zones";

/** @param {Event} event */
function prepare(event) {
  if (closest(event, `${MENU} > summary`)) {
    load("zones").catch(() => {}); // opening the menu tries again, and says so
  }
}

document.addEventListener("pointerover", prepare);
document.addEventListener("focusin", prepare);

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.open && target.matches(MENU)) {
      call("zones");
    }
  },
  true,
);
