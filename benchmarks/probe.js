// Runs inside a page and measures when its panels show the expected range and stop changing.
// `window.expected` has the number of panels and charts, and the range that they will show.
(() => {
  "use strict";

  const expected = window.expected;
  const TIMEOUT_MS = 60_000;
  let touched = new Set(); // charts redrawn since the range last changed
  let mutated = 0;

  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const isEmpty = (chart) => chart.closest('[data-panel][data-state="empty"]') !== null;
  const charts = () => all(".js-plotly-plot").filter((chart) => !isEmpty(chart));
  const isDrawn = (chart) => chart.querySelector(".main-svg .trace") !== null;

  // The stock page has no panel states, but each of its panels names the range in its text.
  function isShown(range) {
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

  // Calls `check` at each frame; resolves with its first truthy value.
  function pollFrames(name, check) {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      (function frame() {
        const value = check();
        if (value) { return resolve(value); }
        if (performance.now() - started > TIMEOUT_MS) { return reject(new Error(`${name}: not shown`)); }
        requestAnimationFrame(frame);
      })();
    });
  }

  const shifts = [];
  new PerformanceObserver((list) => shifts.push(...list.getEntries().map((shift) => shift.value)))
    .observe({ type: "layout-shift", buffered: true });

  // The server's time for one request: from sending it to the first byte of the response.
  function serverTime(entry) { return entry ? entry.responseStart - entry.requestStart : 0; }

  window.probe = {
    drawn: pollFrames("load", () => isShown(expected.range) && charts().every(isDrawn) && performance.now()),

    // Waits until every chart has changed, then until two frames pass without a change.
    change(range) {
      const started = performance.now();
      let quiet = 0;
      let last = 0;
      touched = new Set();
      window.dash_clientside.set_props("range", { value: range });
      return pollFrames(range, () => {
        if (!isShown(range) || !charts().every((chart) => touched.has(chart))) { return null; }
        quiet = mutated === last ? quiet + 1 : 0;
        last = mutated;
        return quiet >= 2 && { shown: performance.now() - started, mutated: mutated - started };
      });
    },

    load() {
      const requests = performance.getEntriesByType("resource");
      const timeOf = (path) => serverTime(requests.find((entry) => entry.name.includes(path)));
      return {
        painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
        shifted: shifts.reduce((sum, shift) => sum + shift, 0),
        document: serverTime(performance.getEntriesByType("navigation")[0]),
        layout: timeOf("/_dash-layout"),
        update: timeOf("/_dash-update-component")
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
