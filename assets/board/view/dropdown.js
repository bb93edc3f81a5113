// @ts-check
// Makes Dash's dropdown accessible: the element that gets the focus is hidden from screen readers and
// has no name, and its list of options has no name. Written for dcc.Dropdown of Dash 4.4. This file becomes
// unnecessary when Dash puts the role, the name, and the value on the element that has the focus instead
// of `aria-hidden` (`.dash-dropdown-focus-target`), and names the list of options.
// tests/board/dash/test_internals.py fails when that element changes.
import { all, find, get } from "../page/page.js";
import { opened } from "../page/signals.js";

const name = () => get("label[for=range]").textContent ?? "";

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} target the element that has the focus
 */
function describeClosed(button, target) {
  const value = document.getElementById("range-value");
  target.removeAttribute("aria-hidden");
  target.setAttribute("role", "combobox");
  target.setAttribute("aria-haspopup", "listbox");
  target.setAttribute("aria-expanded", button.getAttribute("aria-expanded") || "false");
  target.setAttribute("aria-label", name() + (value ? `: ${value.textContent}` : ""));
  button.setAttribute("aria-hidden", "true"); // for pointers only; the keyboard uses the target
}

function describeOpen() {
  for (const part of all(".dash-dropdown-content, .dash-dropdown-content [role=listbox]")) {
    part.setAttribute("aria-label", name());
  }
}

function describe() {
  const button = find("#range");
  const target = find(".dash-dropdown-focus-target", button?.parentElement ?? document);
  if (button && target) {
    describeClosed(button, target);
    describeOpen();
  }
}

// The dropdown appears shortly after the board, and redraws itself whenever it changes.
opened.on(() => {
  new MutationObserver(describe).observe(get(".range"), {
    attributes: true,
    attributeFilter: ["data-state"],
    childList: true,
    subtree: true,
    characterData: true,
  });
  describe();
});
