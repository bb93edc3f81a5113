// The clock inside a page: when its panels show what was asked for, and when they stopped changing.
// `window.expected` says how many panels and charts there will be, and which range they will show.
(() => {
  "use strict";

  const expected = window.expected;
  const PATIENCE = 60_000;
  let touched = new Set(); // charts whose drawing changed since the last change of the range
  let mutated = 0;

  const all = (what) => Array.from(document.querySelectorAll(what));
  const isEmpty = (chart) => chart.closest('[data-panel][data-state="empty"]') !== null;
  const charts = () => all(".js-plotly-plot").filter((chart) => !isEmpty(chart));
  const isDrawn = (chart) => chart.querySelector(".main-svg .trace") !== null;

  // The stock page has no states: each of its panels names the range in its text.
  function show(range) {
    const panels = all("[data-panel]");
    const board = document.querySelector("#board[data-time-range]");
    if (panels.length < expected.panels || all(".js-plotly-plot").length < expected.charts) { return false; }
    if (!board) { return panels.every((panel) => panel.textContent.includes(range)); }
    return board.dataset.timeRange === range &&
      panels.every((panel) => ["ready", "empty"].includes(panel.dataset.state));
  }

  new MutationObserver((records) => {
    for (const { target } of records) {
      const chart = (target.closest ? target : target.parentElement)?.closest(".js-plotly-plot");
      if (!chart) { continue; }
      touched.add(chart);
      mutated = performance.now();
    }
  }).observe(document, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["d", "transform"]
  });

  // The answer of `found` at the first frame where there is one.
  function frames(what, found) {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      (function frame() {
        const answer = found();
        if (answer) { return resolve(answer); }
        if (performance.now() - started > PATIENCE) { return reject(new Error(`${what}: not shown`)); }
        requestAnimationFrame(frame);
      })();
    });
  }

  const shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries().map((shift) => shift.value)))
    .observe({ type: "layout-shift", buffered: true });

  // What the server took for one request: from its first byte until the first byte of the answer.
  function waited(entry) { return entry ? entry.responseStart - entry.requestStart : 0; }

  window.probe = {
    drawn: frames("load", () => show(expected.range) && charts().every(isDrawn) && performance.now()),

    // Until the second frame after the last chart changed; every chart has to.
    change(range) {
      const started = performance.now();
      let quiet = 0;
      let last = 0;
      touched = new Set();
      window.dash_clientside.set_props("range", { value: range });
      return frames(range, () => {
        if (!show(range) || !charts().every((chart) => touched.has(chart))) { return null; }
        quiet = mutated === last ? quiet + 1 : 0;
        last = mutated;
        return quiet >= 2 && { shown: performance.now() - started, mutated: mutated - started };
      });
    },

    load() {
      const requests = performance.getEntriesByType("resource");
      const of = (path) => waited(requests.find((entry) => entry.name.includes(path)));
      return {
        painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
        shifted: shifts.reduce((sum, shift) => sum + shift, 0),
        document: waited(performance.getEntriesByType("navigation")[0]),
        layout: of("/_dash-layout"),
        update: of("/_dash-update-component")
      };
    },

    counts() { return { panels: all("[data-panel]").length, charts: all(".js-plotly-plot").length }; },
    mark() { for (const node of all(".js-plotly-plot, .js-plotly-plot .main-svg")) { node.isMarked = true; } },
    marked() {
      const nodes = all(".js-plotly-plot, .js-plotly-plot .main-svg");
      return { same: nodes.filter((node) => node.isMarked).length, all: nodes.length };
    }
  };
})();
