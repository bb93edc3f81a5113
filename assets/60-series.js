// Colours of series in an embedded board: the nth series of a panel has the nth colour of the theme,
// whichever of ours it is drawn with (domain/theme.py, embed-page.js).
(function () {
  "use strict";

  var shared = window.dashappBoard;

  function series() {
    return (window.dashappEmbed && window.dashappEmbed.series) || { drawn: [], own: 0 };
  }

  // What takes a colour gives its own in exchange, so that no two are the same.
  function arrange(panel) {
    var plot = panel.querySelector(".js-plotly-plot");
    var meta = plot && plot.layout && plot.layout.meta;
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

  shared.onDrawn(arrangeAll);
  document.addEventListener("dashapp:look", arrangeAll);
})();
