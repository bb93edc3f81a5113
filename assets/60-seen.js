// A frame that is as high as its board is seen in part. What is laid over the board, embed.css places
// in that part; menus are moved up into it. A frame that is told nothing is seen as a whole.
(function () {
  "use strict";

  var LEAST = 320; // pixels that a panel needs, where less is seen
  var EDGE = 8;
  var MENUS = ".panel-menu, details[open] > .menu";
  var root = document.documentElement;
  var seen = null;

  function place(part) {
    var height = Math.min(window.innerHeight, Math.max(LEAST, part.height));
    seen = { top: Math.max(0, Math.min(part.top, window.innerHeight - height)), height: height };
    root.dataset.seen = "true";
    root.style.setProperty("--seen-top", seen.top + "px");
    root.style.setProperty("--seen-height", seen.height + "px");
  }

  function fitMenus() {
    if (!seen) { return; }
    document.querySelectorAll(MENUS).forEach(function (menu) {
      menu.style.translate = "";
      var box = menu.getBoundingClientRect();
      var over = box.bottom - (seen.top + seen.height - EDGE);
      var room = box.top - seen.top - EDGE;
      if (over > 0 && room > 0) { menu.style.translate = "0 " + -Math.min(over, room) + "px"; }
    });
  }

  document.addEventListener("dashapp:seen", function (event) {
    if (event.detail.height <= 0) { return; }
    place(event.detail);
    fitMenus();
  });
  ["keydown", "click"].forEach(function (name) {
    document.addEventListener(name, function () { setTimeout(fitMenus); });
  });
})();
