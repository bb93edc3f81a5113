// How a figure fits the panel that it is in: bars stay slim however wide the panel is, and marks that
// are many are shown to those who ask for them. Plotly only draws.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var WIDEST = 28; // pixels of a bar
  var SLACK = 0.02; // of a bucket, that are not worth drawing again

  // The share of a bucket that is left free, so that no bar is wider.
  function gapOf(layout, width) {
    var count = layout.meta && layout.meta.labels && layout.meta.labels.length;
    var room = width - layout.margin.l - layout.margin.r;
    if (!count || room <= 0) { return layout.bargap; }
    var least = layout.meta.gap === undefined ? layout.bargap : layout.meta.gap;
    return Math.max(least, Math.min(0.98, 1 - WIDEST * count / room));
  }

  // Before it is drawn: nothing is drawn twice.
  function fit(plot, figure) {
    var layout = figure && figure.layout;
    if (!layout || layout.bargap === undefined || !layout.meta || !layout.margin || !plot.clientWidth) { return; }
    layout.meta.gap = layout.meta.gap === undefined ? layout.bargap : layout.meta.gap;
    layout.bargap = gapOf(layout, plot.clientWidth);
  }

  function fitting(draw) {
    return function (plot, figure) {
      var place = typeof plot === "string" ? document.getElementById(plot) : plot;
      if (place) { fit(place, figure); }
      if (place) { showMarks(place, figure); }
      var done = draw.apply(this, arguments);
      if (place && done && done.then) { done.then(function () { listen(place); }); }
      return done;
    };
  }

  // What waits for charts that are drawn hears of each, also after its panel has got another width.
  function listen(place) {
    if (!place.dataset.heard && place.on) {
      place.dataset.heard = "true";
      place.on("plotly_afterplot", tellDrawn);
    }
    tellDrawn();
  }

  function tellDrawn() { document.dispatchEvent(new CustomEvent("dashapp:drawn")); }

  window.Plotly.newPlot = fitting(window.Plotly.newPlot);
  window.Plotly.react = fitting(window.Plotly.react);

  function refit(plot) {
    var layout = plot.layout;
    if (!layout || layout.bargap === undefined || !layout.margin) { return; }
    var gap = gapOf(layout, plot.clientWidth);
    if (Math.abs(gap - layout.bargap) > SLACK) { window.Plotly.relayout(plot, { bargap: gap }); }
  }

  var waiting = null;
  window.addEventListener("resize", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () { document.querySelectorAll(".js-plotly-plot").forEach(refit); }, 60);
  });

  // -- Labels below the axis: the last one, and from there each, each second, third …, as there is room --

  var BETWEEN = 6; // pixels

  function haveRoom(boxes, step) {
    return boxes.every(function (box, n) {
      return n < step || n % step || box.right + BETWEEN <= boxes[n - step].left;
    });
  }

  function thin(plot) {
    var labels = Array.prototype.slice.call(plot.querySelectorAll(".xtick text")).reverse();
    var boxes = labels.map(function (label) { return label.getBoundingClientRect(); });
    var step = 1;
    while (!haveRoom(boxes, step)) { step += 1; }
    labels.forEach(function (label, n) { label.style.visibility = n % step ? "hidden" : ""; });
  }

  var isDue = false;
  function thinSoon() {
    if (isDue) { return; }
    isDue = true;
    requestAnimationFrame(function () {
      isDue = false;
      document.querySelectorAll(".js-plotly-plot").forEach(thin);
    });
  }
  shared.onDrawn(thinSoon);

  // -- Marks -----------------------------------------------------------------------------------------

  function marksIn(traces) {
    return (traces || []).filter(function (trace) { return trace.uid === "marks"; })[0];
  }

  function areAskedFor(place) {
    var panel = place.closest("[data-panel]");
    return Boolean(panel && panel.dataset.marks);
  }

  function showMarks(place, figure) {
    var marks = marksIn(figure && figure.data);
    if (marks && areAskedFor(place)) { marks.visible = true; }
  }

  function tellToggle(panel) {
    var button = panel.querySelector("[data-do=marks]");
    if (button) { button.setAttribute("aria-pressed", String(Boolean(panel.dataset.marks))); }
  }

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element && event.target.closest("[data-do=marks]");
    if (!button) { return; }
    var panel = button.closest("[data-panel]");
    var plot = panel.querySelector(".js-plotly-plot");
    if (panel.dataset.marks) { delete panel.dataset.marks; } else { panel.dataset.marks = "true"; }
    tellToggle(panel);
    var place = plot.data.indexOf(marksIn(plot.data));
    if (place >= 0) { window.Plotly.restyle(plot, { visible: Boolean(panel.dataset.marks) }, [place]); }
  });

  shared.onRefresh(function () { setTimeout(function () { shared.panels().forEach(tellToggle); }, 0); });
})();
