// @ts-check
// Menus and forms that a `details` element opens: they close on Escape and on a click elsewhere.
import { all, get } from "./page.js";

const opened = () => /** @type {HTMLDetailsElement[]} */ (all("details.menu-of[open]"));

/** Close all popups. If the focus was in one, it returns to the button that opened it. */
export function closePopups() {
  for (const popup of opened()) {
    if (popup.contains(document.activeElement)) {
      get("summary", popup).focus({ preventScroll: true });
    }
    popup.open = false;
  }
}

document.addEventListener("click", ({ target }) => {
  for (const popup of opened()) {
    if (!(target instanceof Element && popup.contains(target))) {
      popup.open = false;
    }
  }
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") {
    for (const popup of opened()) {
      popup.open = false;
      get("summary", popup).focus();
    }
  }
});
