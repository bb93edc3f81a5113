// @ts-check
// Makes a presented board as large as the window allows: first everything on it, then its charts.
import { all, get } from "../board/page/page.js";

const NARROWEST = 1000; // the width of the layout in its own pixels, when a board is enlarged most
const WIDEST = 1440; // also if a board is then higher than the window
const LARGEST = 3;
const STEP = 0.1;
const LOWEST_CHART = 200;
const HIGHEST_CHART = 0.6; // of the window

/** @param {Window} view */
export function fit(view) {
  const main = get("#main", view.document);
  const least = Math.max(1, view.innerWidth / WIDEST);
  let scale = Math.max(least, Math.min(LARGEST, view.innerWidth / NARROWEST));
  setChartHeight(view, LOWEST_CHART);
  enlarge(main, scale);
  while (scale > least && main.scrollHeight * scale > view.innerHeight) {
    scale = Math.max(least, scale - STEP);
    enlarge(main, scale);
  }
  fillWindow(view, main, view.innerHeight / scale);
  view.dispatchEvent(new Event("resize")); // charts and numbers fit their panels again
}

/** @param {Window} view */
export function unfit(view) {
  enlarge(get("#main", view.document), 1);
  view.document.documentElement.style.removeProperty("--chart-h");
  view.dispatchEvent(new Event("resize"));
}

/**
 * Make the charts higher, until the board is as high as the window.
 * @param {Window} view
 * @param {HTMLElement} main
 * @param {number} height of the window, in pixels of the layout
 */
function fillWindow(view, main, height) {
  const charts = all(".chart", main).filter((chart) => chart.offsetParent);
  const rows = new Set(charts.map((chart) => Math.round(chart.getBoundingClientRect().top))).size;
  const rest = rows ? (height - main.scrollHeight) / rows : 0;
  const most = Math.max(LOWEST_CHART, height * HIGHEST_CHART);
  setChartHeight(view, Math.min(most, LOWEST_CHART + Math.max(0, rest)));
}

/**
 * @param {HTMLElement} main
 * @param {number} scale
 */
function enlarge(main, scale) {
  main.style.zoom = scale === 1 ? "" : String(scale);
}

/**
 * @param {Window} view
 * @param {number} height
 */
function setChartHeight(view, height) {
  view.document.documentElement.style.setProperty("--chart-h", `${Math.floor(height)}px`);
}
