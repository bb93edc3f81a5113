// @ts-check
// Links to other dashboards keep the range, the zone, and the comparison of this page.

import { all } from "../board/page/page.js";
import { refreshed } from "../board/page/signals.js";
import { CARRIED } from "../board/view/address.js";
import { parameters, searchOf } from "../board/view/navigation.js";

const EVENTS = ["pointerover", "pointerdown", "focusin", "contextmenu", "click", "auxclick"];

function carry() {
  const shown = parameters();
  for (const element of all("a[data-carry]")) {
    carryIn(/** @type {HTMLAnchorElement} */ (element), shown);
  }
  for (const next of all("input[name=next]")) {
    /** @type {HTMLInputElement} */ (next).value = location.pathname + location.search;
  }
}

/**
 * @param {HTMLAnchorElement} link
 * @param {URLSearchParams} shown
 */
function carryIn(link, shown) {
  const changed = new URLSearchParams(link.search);
  const before = changed.toString();
  for (const name of CARRIED) {
    const value = shown.get(name);
    if (value) {
      changed.set(name, value);
    } else {
      changed.delete(name);
    }
  }
  if (changed.toString() !== before) {
    link.setAttribute("href", link.pathname + searchOf(changed));
  }
}

// Update links before they are followed, opened elsewhere, copied, or dragged, and when the URL changes.
for (const name of EVENTS) {
  document.addEventListener(name, carry, true);
}
refreshed.on(carry);
window.addEventListener("popstate", () => setTimeout(carry));
