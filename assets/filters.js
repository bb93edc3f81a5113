// A click on a legend entry, a part of a bar or a row of a list filters the board by it, and a second one
// no longer. The page stays where it is.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var MOST = 20; // as in domain/access/filters.py

  function filter(text) {
    var chosen = shared.asked().getAll("filter");
    if (chosen.indexOf(text) >= 0) { unfilter(text); return; }
    if (chosen.length < MOST) { filterBy(chosen.concat(text)); }
  }

  // Without this filter; null is without any.
  function unfilter(text) {
    filterBy(shared.asked().getAll("filter").filter(function (one) { return text !== null && one !== text; }));
  }

  function filterBy(chosen) {
    keepHeight();
    tellChosen(chosen);
    shared.go(function (wanted) {
      wanted.delete("filter");
      chosen.forEach(function (one) { wanted.append("filter", one); });
    });
  }

  // What was chosen looks so at once, long before its numbers come.
  function tellChosen(chosen) {
    document.querySelectorAll("[data-filter]").forEach(function (item) {
      item.setAttribute("aria-pressed", String(chosen.indexOf(item.dataset.filter) >= 0));
    });
  }

  // Panels that become empty are lower: the page would get shorter below the pointer.
  function keepHeight() {
    if (window.scrollY === 0) { return; }
    shared.panels().forEach(function (panel) { panel.style.minHeight = panel.offsetHeight + "px"; });
  }

  function letGo() {
    if (window.scrollY > 0) { return; }
    shared.panels().forEach(function (panel) { panel.style.minHeight = ""; });
  }
  window.addEventListener("resize", function () {
    shared.panels().forEach(function (panel) { panel.style.minHeight = ""; });
  });

  // A chip, a row or a link that was chosen may be gone with its answer: the focus stays near.
  var focused = null;
  document.addEventListener("focusin", function (event) { focused = event.target; });

  function keepFocus() {
    if (!focused || focused.isConnected || document.activeElement !== document.body) { return; }
    var next = sameAs(focused) || document.querySelector(".chip") || document.getElementById("main");
    next.focus({ preventScroll: true });
  }

  function sameAs(gone) {
    var same = Array.prototype.filter.call(document.querySelectorAll("[data-filter]"), function (item) {
      return item.dataset.filter === gone.dataset.filter;
    });
    return same.filter(function (item) { return item.className === gone.className; })[0] || same[0];
  }

  // More filters than the row has room for: a wheel turns one way only.
  document.addEventListener("wheel", function (event) {
    var row = event.target instanceof Element && event.target.closest(".chips, .tabs");
    if (!row || event.deltaX) { return; }
    var before = row.scrollLeft;
    row.scrollLeft += event.deltaY;
    if (row.scrollLeft !== before) { event.preventDefault(); }
  }, { passive: false });

  shared.onRefresh(function () {
    setTimeout(function () { letGo(); tellChosen(shared.asked().getAll("filter")); keepFocus(); }, 0);
  });
  shared.filter = filter;
  shared.unfilter = unfilter;
})();
