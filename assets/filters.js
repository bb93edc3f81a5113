// A click on a legend entry, a part of a bar or a row of a list filters the board by it, and a second one
// no longer. The page stays where it is.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var MOST = 20; // as in domain/filters.py

  function filter(text) {
    if (shared.asked().getAll("filter").indexOf(text) >= 0) { unfilter(text); return; }
    keepHeight();
    shared.go(function (wanted) {
      if (wanted.getAll("filter").length < MOST) { wanted.append("filter", text); }
    });
    tellChosen();
  }

  // Without this filter; null is without any.
  function unfilter(text) {
    keepHeight();
    shared.go(function (wanted) {
      var left = wanted.getAll("filter").filter(function (one) { return text !== null && one !== text; });
      wanted.delete("filter");
      left.forEach(function (one) { wanted.append("filter", one); });
    });
    tellChosen();
  }

  // What was chosen looks so at once, long before its numbers come.
  function tellChosen() {
    var chosen = shared.asked().getAll("filter");
    document.querySelectorAll("[data-filter]").forEach(function (item) {
      item.setAttribute("aria-pressed", String(chosen.indexOf(item.dataset.filter) >= 0));
    });
  }

  // Panels that become empty are lower: a page that got shorter would jump.
  function keepHeight() {
    var grid = document.querySelector(".grid");
    if (window.scrollY > 0) { grid.style.minHeight = grid.offsetHeight + "px"; }
  }

  function letGo() {
    var grid = document.querySelector(".grid");
    if (window.scrollY === 0 && grid) { grid.style.minHeight = ""; }
  }

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
    setTimeout(function () { letGo(); tellChosen(); keepFocus(); }, 0);
  });
  shared.filter = filter;
  shared.unfilter = unfilter;
})();
