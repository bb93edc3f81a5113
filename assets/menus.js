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

  // Another org, the same range.
  document.addEventListener("toggle", function (event) {
    var range = new URLSearchParams(location.search).get("time_range");
    if (!event.target.matches("details.menu-of")) { return; }
    event.target.querySelectorAll("input[name=next]").forEach(function (next) {
      next.value = location.pathname + location.search;
    });
    event.target.querySelectorAll("a.menu-i[href]").forEach(function (link) {
      if (range) { link.search = "?" + new URLSearchParams({ time_range: range }); }
    });
  }, true);
})();
