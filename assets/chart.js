// Charts answer pointer, touch and keys: a card for each bucket, and a part of the time to zoom to.
// Plotly only draws (staticPlot); what is said stands in the figure's layout.meta (figure.py).
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var make = shared.make;
  var current = null; // the chart that the card belongs to, and where on it
  var NEAR = 14; // pixels from a line that count as on it

  function plotOf(cursor) {
    var plot = cursor.parentNode.querySelector(".js-plotly-plot");
    var meta = plot && plot.layout && plot.layout.meta;
    if (!meta || !meta.labels || !plot._fullLayout) { return null; }
    var size = plot._fullLayout._size;
    var axis = plot._fullLayout.yaxis.range;
    return {
      plot: plot, meta: meta, count: meta.labels.length, left: size.l, top: size.t, width: size.w, height: size.h,
      isBars: plot.data.length > 0 && plot.data[0].type === "bar",
      yOf: function (value) { return size.t + size.h * (1 - (value - axis[0]) / (axis[1] - axis[0])); },
      valueAt: function (y) { return axis[0] + (axis[1] - axis[0]) * (1 - (y - size.t) / size.h); },
      xOf: function (bucket) { return size.l + size.w * (bucket + 0.5) / meta.labels.length; }
    };
  }

  function bucketAt(found, x) {
    var bucket = Math.floor((x - found.left) / found.width * found.count);
    return Math.max(0, Math.min(found.count - 1, bucket));
  }

  // -- The cursor --------------------------------------------------------------------------------------

  function show(cursor, bucket) {
    var found = plotOf(cursor);
    if (!found) { return; }
    bucket = Math.max(0, Math.min(found.count - 1, bucket));
    if (current && current.cursor !== cursor) { hide(); }
    current = { cursor: cursor, bucket: bucket, from: current ? current.from : null };
    drawCursor(cursor, found, bucket);
    cursor.setAttribute("aria-valuemax", String(found.count - 1));
    cursor.setAttribute("aria-valuenow", String(bucket));
    cursor.setAttribute("aria-valuetext", shared.card.sentence(found.meta, bucket));
    var panel = cursor.closest("[data-panel]");
    var card = shared.card.cardOf(panel);
    shared.card.fillCard(card, found.meta, bucket, found.isBars);
    card.hidden = false;
    var origin = cursor.getBoundingClientRect().left - panel.getBoundingClientRect().left;
    shared.card.place(card, panel, origin + found.xOf(bucket));
  }

  function drawCursor(cursor, found, bucket) {
    var parts = [];
    var line = make("i", "cursor-line");
    line.style.cssText = "left:" + found.xOf(bucket) + "px;top:" + found.top + "px;height:" + found.height + "px";
    parts.push(line);
    if (!found.isBars) {
      found.meta.series.forEach(function (one) {
        if (one.before) { parts.push(dot(found, bucket, one.before[bucket], one.colour, "then")); }
        parts.push(dot(found, bucket, one.values[bucket], one.colour, ""));
      });
    }
    if (current.from !== null) { parts.push(selection(found, current.from, bucket)); }
    cursor.replaceChildren.apply(cursor, parts);
  }

  function dot(found, bucket, value, colour, kind) {
    var made = make("i", "cursor-dot " + kind);
    made.style.cssText = "left:" + found.xOf(bucket) + "px;top:" + found.yOf(value) + "px;background:" + colour;
    return made;
  }

  function selection(found, from, to) {
    var low = Math.min(from, to);
    var high = Math.max(from, to);
    var step = found.width / found.count;
    var made = make("i", "cursor-part");
    made.style.cssText = "left:" + (found.left + low * step) + "px;width:" + (high - low + 1) * step +
      "px;top:" + found.top + "px;height:" + found.height + "px";
    return made;
  }

  function hide() {
    if (!current) { return; }
    current.cursor.replaceChildren();
    shared.card.cardOf(current.cursor.closest("[data-panel]")).hidden = true;
    current = null;
  }

  // -- What is done with it ------------------------------------------------------------------------------

  // The whole board shows only these buckets.
  function zoom(cursor, from, to) {
    var found = plotOf(cursor);
    hide();
    if (!found || !shared.isFree()) { return; }
    var edges = found.meta.edges;
    shared.goToRange(edges[Math.min(from, to)], edges[Math.max(from, to) + 1]);
  }

  // The series that is drawn at a place: a part of a bar, or a line nearby.
  function seriesAt(found, bucket, y) {
    var sum = 0;
    var value = found.valueAt(y);
    var series = found.meta.series;
    for (var n = 0; n < series.length; n += 1) {
      var here = series[n].values[bucket];
      if (found.isBars) {
        if (value >= sum && value < sum + here) { return series[n]; }
        sum += here;
      } else if (Math.abs(found.yOf(here) - y) <= NEAR) {
        return series[n];
      }
    }
    return null;
  }

  function choose(cursor, bucket, y) {
    var found = plotOf(cursor);
    var one = found && seriesAt(found, bucket, y);
    if (one && one.filter) { shared.filter(one.filter); }
  }

  // -- Pointer and touch -----------------------------------------------------------------------------------

  var pressed = null; // where a drag began

  function cursorOf(event) {
    return event.target instanceof Element ? event.target.closest(".cursor") : null;
  }

  document.addEventListener("pointermove", function (event) {
    var cursor = pressed ? pressed.cursor : cursorOf(event);
    if (!cursor) {
      if (current && document.activeElement !== current.cursor) { hide(); }
      return;
    }
    var found = plotOf(cursor);
    if (!found) { return; }
    var bucket = bucketAt(found, event.clientX - cursor.getBoundingClientRect().left);
    if (pressed && pressed.canZoom && (bucket !== pressed.bucket || Math.abs(event.clientX - pressed.x) > 8)) {
      pressed.isDrag = true;
      if (!current) { show(cursor, bucket); }
      current.from = pressed.bucket;
    }
    if (!current || current.cursor !== cursor || current.bucket !== bucket || pressed) { show(cursor, bucket); }
    var one = event.pointerType === "mouse" && seriesAt(found, bucket, event.clientY - cursor.getBoundingClientRect().top);
    cursor.style.cursor = one && one.filter ? "pointer" : "";
  });

  document.addEventListener("pointerdown", function (event) {
    var cursor = cursorOf(event);
    var found = cursor && plotOf(cursor);
    if (!found || event.button !== 0) { return; }
    var bucket = bucketAt(found, event.clientX - cursor.getBoundingClientRect().left);
    // A finger reads the numbers as it moves; it zooms by the keys' way or the form's.
    var canZoom = event.pointerType !== "touch" && shared.isFree();
    pressed = { cursor: cursor, bucket: bucket, x: event.clientX, canZoom: canZoom, isDrag: false };
    if (event.pointerType === "touch") { show(cursor, bucket); }
  });

  document.addEventListener("pointerup", function (event) {
    var was = pressed;
    pressed = null;
    if (!was) { return; }
    var box = was.cursor.getBoundingClientRect();
    var found = plotOf(was.cursor);
    if (was.isDrag && current) {
      zoom(was.cursor, was.bucket, current.bucket);
    } else if (found && event.pointerType !== "touch") {
      choose(was.cursor, was.bucket, event.clientY - box.top);
    }
  });

  document.addEventListener("pointercancel", function () { pressed = null; });

  // -- Keys ----------------------------------------------------------------------------------------------

  function moved(key, bucket, count) {
    if (key === "ArrowLeft" || key === "ArrowDown") { return bucket - 1; }
    if (key === "ArrowRight" || key === "ArrowUp") { return bucket + 1; }
    if (key === "Home") { return 0; }
    if (key === "End") { return count - 1; }
    return null;
  }

  document.addEventListener("keydown", function (event) {
    var cursor = cursorOf(event);
    var found = cursor && plotOf(cursor);
    if (!found || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var here = current && current.cursor === cursor ? current.bucket : found.count;
    var next = moved(event.key, here, found.count);
    if (next !== null) {
      if (current) { current.from = event.shiftKey ? (current.from === null ? here : current.from) : null; }
      show(cursor, next);
    } else if (event.key === "Enter" && current) {
      zoom(cursor, current.from === null ? current.bucket : current.from, current.bucket);
    } else if (event.key === "Escape" && current) {
      hide();
      event.stopPropagation();
    } else {
      return;
    }
    event.preventDefault();
  }, true);

  document.addEventListener("focusout", function (event) { if (cursorOf(event)) { hide(); } });

  // New numbers under a card that is open.
  shared.onDrawn(function () {
    if (current && !pressed) { show(current.cursor, current.bucket); }
  });
})();
