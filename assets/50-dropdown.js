// Dash's dropdown, for those who hear it: its focus lies on an input that is hidden from them and
// has no name, and what opens has none either.
(function () {
  "use strict";

  function name() { return document.querySelector("label[for=range]").textContent; }

  function tellClosed(button, target) {
    var value = document.getElementById("range-value");
    target.removeAttribute("aria-hidden");
    target.setAttribute("role", "combobox");
    target.setAttribute("aria-haspopup", "listbox");
    target.setAttribute("aria-expanded", button.getAttribute("aria-expanded") || "false");
    target.setAttribute("aria-label", name() + (value ? ": " + value.textContent : ""));
    button.setAttribute("aria-hidden", "true"); // the same thing, by pointer; keys reach the other one
  }

  function tellOpen() {
    document.querySelectorAll(".dash-dropdown-content, .dash-dropdown-content [role=listbox]").forEach(function (part) {
      part.setAttribute("aria-label", name());
    });
  }

  function tell() {
    var button = document.getElementById("range");
    var target = button && button.parentNode.querySelector(".dash-dropdown-focus-target");
    if (!target) { return; }
    tellClosed(button, target);
    tellOpen();
  }

  // It comes a moment after the board, and is told anew whenever it changes.
  document.addEventListener("dashapp:opened", function () {
    new MutationObserver(tell).observe(document.querySelector(".range"), {
      attributes: true, attributeFilter: ["data-state"], childList: true, subtree: true, characterData: true
    });
    tell();
  });
})();
