// A chart as an image: what is drawn, under its title, dates and legend.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var make = shared.make;

  var SCALE = 2, EDGE = 24, HEAD = 64;

  function token(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

  // The chart in the colours of the page, with its title, dates and legend above it.
  function picture(panel, save) {
    var plot = panel.querySelector(".js-plotly-plot");
    var width = plot.clientWidth, height = plot.clientHeight;
    var layout = JSON.parse(JSON.stringify(plot.layout));
    ["xaxis", "yaxis"].forEach(function (name) {
      Object.assign(layout[name], { gridcolor: token("--chart-grid"), linecolor: token("--chart-axis") });
      layout[name].tickfont = { size: 11, color: token("--chart-text") };
    });
    var data = plot.data.map(function (trace) { return shared.inShownColours(panel, trace); });
    window.Plotly.toImage({ data: data, layout: layout }, { format: "png", width: width, height: height, scale: SCALE })
      .then(function (url) { return load(url); })
      .then(function (image) { compose(panel, image, { width: width, height: height }, save); })
      .catch(function () { shared.tell(shared.word("notLoaded")); });
  }

  function load(url) {
    return new Promise(function (resolve, reject) {
      var image = new Image();
      image.onload = function () { resolve(image); };
      image.onerror = reject;
      image.src = url;
    });
  }

  function compose(panel, image, size, save) {
    var width = size.width, height = size.height;
    var canvas = make("canvas");
    canvas.width = (width + 2 * EDGE) * SCALE;
    canvas.height = (height + HEAD + 2 * EDGE) * SCALE;
    var pen = canvas.getContext("2d");
    pen.scale(SCALE, SCALE);
    pen.fillStyle = token("--surface");
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = token("--ink");
    pen.font = "600 16px " + token("--font");
    pen.fillText(panel.querySelector("h2").textContent, EDGE, EDGE + 14, width);
    pen.fillStyle = token("--ink-2");
    pen.font = "12px " + token("--font");
    var meta = panel.querySelector(".js-plotly-plot").layout.meta;
    pen.fillText([document.getElementById("dates").textContent, meta.zone].join(" · "), EDGE, EDGE + 34, width);
    legendOf(pen, panel, meta, EDGE, EDGE + 54);
    pen.drawImage(image, EDGE, EDGE + HEAD, width, height);
    canvas.toBlob(function (blob) { save(blob, panel.querySelector("h2").textContent + ".png"); });
  }

  function legendOf(pen, panel, meta, x, y) {
    meta.series.forEach(function (one) {
      pen.fillStyle = shared.shownColour(panel, one.colour);
      pen.fillRect(x, y - 8, 8, 8);
      pen.fillStyle = token("--ink-2");
      pen.fillText(one.name, x + 14, y);
      x += 14 + pen.measureText(one.name).width + 16;
    });
  }

  shared.picture = picture;
})();
