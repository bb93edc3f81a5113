// Menus of the header: they close on Escape and on a click elsewhere.
(function () {
  "use strict";

  function open() {
    return Array.prototype.slice.call(document.querySelectorAll("details.menu-of[open]"));
  }

  document.addEventListener("click", function (event) {
    var target = event.target instanceof Element ? event.target : null;
    open().forEach(function (menu) {
      if (!target || !menu.contains(target)) { menu.open = false; }
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    open().forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // Light, dark, or as the system is: remembered in this browser, put in place before the first paint.
  function look() {
    return document.documentElement.dataset.theme || "system";
  }

  function tellLook() {
    document.querySelectorAll("[data-look]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.look === look()));
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element ? event.target.closest("[data-look]") : null;
    if (!button) { return; }
    var root = document.documentElement;
    if (button.dataset.look === "system") { delete root.dataset.theme; } else { root.dataset.theme = button.dataset.look; }
    try {
      if (button.dataset.look === "system") { localStorage.removeItem("dashapp-theme"); } else { localStorage.setItem("dashapp-theme", button.dataset.look); }
    } catch (error) { /* for this page only */ }
    tellLook();
  });
  tellLook();

  // -- Other boards show the same range ---------------------------------------------------------------

  var CARRIED = ["time_range", "from", "to", "as_of", "compare", "tz", "refresh"]; // as in web/pages/chrome.py

  function carry() {
    var here = new URLSearchParams(location.search);
    document.querySelectorAll("a[data-carry]").forEach(function (link) {
      var wanted = new URLSearchParams(link.search);
      CARRIED.forEach(function (name) {
        if (here.get(name)) { wanted.set(name, here.get(name)); } else { wanted.delete(name); }
      });
      var text = wanted.toString();
      if (text !== new URLSearchParams(link.search).toString()) {
        link.setAttribute("href", link.pathname + (text ? "?" + text : ""));
      }
    });
    document.querySelectorAll("input[name=next]").forEach(function (next) {
      next.value = location.pathname + location.search;
    });
  }

  // Before a link is followed, opened elsewhere, copied or dragged; and whenever the address has changed.
  ["pointerover", "pointerdown", "focusin", "contextmenu", "click", "auxclick", "dashapp:refreshed"].forEach(function (kind) {
    document.addEventListener(kind, carry, true);
  });
  window.addEventListener("popstate", function () { setTimeout(carry, 0); });

  // -- Tabs that do not fit ---------------------------------------------------------------------------

  var tabs = document.querySelector(".tabs");
  var every = document.querySelector(".places > .all");

  function fitTabs() {
    if (!tabs || !every) { return; }
    every.hidden = true;
    every.hidden = tabs.scrollWidth <= tabs.clientWidth + 1;
    var current = tabs.querySelector("[aria-current]");
    if (!every.hidden && current) {
      tabs.scrollLeft = current.offsetLeft + (current.offsetWidth - tabs.clientWidth) / 2;
    }
  }

  fitTabs();
  window.addEventListener("resize", fitTabs);
  if (document.fonts) { document.fonts.ready.then(fitTabs); }
})();
