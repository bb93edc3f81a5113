// Colours of series in an embedded board: the nth series of a panel has the nth colour of the theme,
// whichever of ours it is drawn with (domain/access/theme.py, embed-page.js).
(function () {
  "use strict";

  var shared = window.dashappBoard;

  var NONE = { drawn: [], own: 0 };

  function series() { return (window.dashappEmbed && window.dashappEmbed.series) || NONE; }

  var done = new WeakMap(); // panels, with what they were arranged for

  // What takes a colour gives its own in exchange, so that no two are the same.
  function arrange(panel) {
    var plot = panel.querySelector(".js-plotly-plot");
    var meta = plot && plot.layout && plot.layout.meta;
    var before = done.get(panel) || [];
    if (before[0] === meta && before[1] === series()) { return; }
    done.set(panel, [meta, series()]);
    var drawn = series().drawn;
    var places = drawn.map(function (_, number) { return number; });
    ((meta && meta.series) || []).slice(0, series().own).forEach(function (one, place) {
      var number = drawn.indexOf(one.colour);
      if (number < 0) { return; }
      places[places.indexOf(place)] = places[number];
      places[number] = place;
    });
    places.forEach(function (place, number) {
      var name = "--chart-" + (number + 1);
      if (place === number) { panel.style.removeProperty(name); } else {
        panel.style.setProperty(name, "var(--series-" + (place + 1) + ")");
      }
    });
  }

  function arrangeAll() { if (shared.board()) { shared.panels().forEach(arrange); } }

  shared.shownColour = function (panel, colour) {
    var number = series().own ? series().drawn.indexOf(colour) : -1;
    return number < 0 ? colour : getComputedStyle(panel).getPropertyValue("--chart-" + (number + 1)).trim();
  };

  // A copy of a trace as it is seen, for a picture of it.
  shared.inShownColours = function (panel, trace) {
    function shown(colour) {
      return Array.isArray(colour) ? colour.map(shown) : shared.shownColour(panel, colour);
    }
    function part(of) {
      if (!of) { return of; }
      return Object.assign({}, of, of.color && { color: shown(of.color) }, of.line && { line: part(of.line) });
    }
    return Object.assign({}, trace, trace.line && { line: part(trace.line) }, trace.marker && { marker: part(trace.marker) });
  };

  if (!window.dashappEmbed) { return; }
  document.addEventListener("dashapp:look", arrangeAll);
  // Before it is painted: a chart is there some time after its numbers.
  new MutationObserver(arrangeAll).observe(document.getElementById("react-entry-point"), { childList: true, subtree: true });
})();
