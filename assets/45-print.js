// Paper: while the browser prints, the page is laid out for paper (45-print.css) and every chart is
// drawn at the size that it has there. Afterwards the page is as it was.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var root = document.documentElement;
  var paper = window.matchMedia("print");
  var NARROW = 640, WIDE = 1032; // widths of a board on paper: upright, and A4 landscape
  var PAGE = 690; // what is high enough for A4 landscape, with a little to spare
  var CHART = 168, MORE = 64; // the height of a chart as in 45-print.css, and how much higher it may be
  var place = null; // where the page was scrolled to; null while nothing is printed
  var isPrinting = false; // between `beforeprint` and `afterprint`

  // -- Charts --------------------------------------------------------------------------------------------

  function plots() {
    return Array.prototype.filter.call(document.querySelectorAll(".js-plotly-plot"), function (plot) {
      return plot.layout && plot.clientWidth;
    });
  }

  // As large as its frame is now. Paper of another size scales the drawing with its frame.
  function fit(plot) {
    window.Plotly.relayout(plot, { autosize: true });
    scale(plot);
  }

  function scale(plot) {
    plot.querySelectorAll(".main-svg").forEach(function (drawing) {
      if (place) {
        drawing.setAttribute("viewBox", "0 0 " + drawing.getAttribute("width") + " " + drawing.getAttribute("height"));
      } else {
        drawing.removeAttribute("viewBox");
      }
    });
  }

  // -- Printing ------------------------------------------------------------------------------------------

  function begin() {
    if (!place) {
      place = { left: window.scrollX, top: window.scrollY };
      root.classList.add("printing");
      fill();
    }
    plots().forEach(fit);
  }

  // Where a board leaves part of its page empty, charts are taller. A frame does not know its page.
  function fill() {
    var rows = new Set(plots().map(function (plot) { return plot.getBoundingClientRect().top; })).size;
    var left = PAGE - document.body.getBoundingClientRect().height;
    if (window.parent !== window || !rows || left < 0) { return; }
    root.style.setProperty("--chart-paper", CHART + Math.min(MORE, Math.floor(left / rows)) + "px");
  }

  function end() {
    if (!place) { return; }
    var before = place;
    place = null;
    root.classList.remove("printing");
    root.style.removeProperty("--chart-paper");
    plots().forEach(fit);
    window.scrollTo(before.left, before.top);
  }

  window.addEventListener("beforeprint", function () { isPrinting = true; begin(); });
  window.addEventListener("afterprint", function () { isPrinting = false; end(); });
  // While the browser prints, this tells the real width of the paper; else, that the page is shown
  // as it would be printed.
  paper.addEventListener("change", function () {
    if (paper.matches) { begin(); } else if (!isPrinting) { end(); }
  });

  // Numbers that come meanwhile are drawn for paper, too.
  shared.onDrawn(function () { if (place) { plots().forEach(scale); } });

  // -- In a frame ----------------------------------------------------------------------------------------

  // How high the board is on narrow and on wide paper: the page around it must know that before it is
  // printed. Null while it is. Nothing of this is seen.
  shared.heightsOnPaper = function () {
    if (place || paper.matches) { return null; } // after the last page a frame is still as on paper
    var left = window.scrollX, top = window.scrollY;
    root.classList.add("printing");
    var heights = [NARROW, WIDE].map(heightAt);
    root.classList.remove("printing");
    window.scrollTo(left, top);
    return heights;
  };

  function heightAt(width) {
    root.style.setProperty("--paper", width + "px");
    var height = Math.ceil(document.getElementById("main").getBoundingClientRect().height);
    root.style.removeProperty("--paper");
    return height;
  }
})();
