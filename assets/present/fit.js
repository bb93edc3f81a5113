// @ts-check
// Makes a presented board larger, and its charts as high as the window allows.
import { all, get } from "../board/page/page.js";

const WIDTH = 1440; // the width of the layout, in its own pixels: wider windows enlarge it
const LARGEST = 3;
const LOWEST_CHART = 150;
const HIGHEST_CHART = 0.6; // of the window

/**
 * @param {Window} view
 */
export function fit(view) {
  const page = view.document;
  const main = get("#main", page);
  const scale = Math.min(LARGEST, Math.max(1, view.innerWidth / WIDTH));
  main.style.zoom = String(scale);
  page.documentElement.style.removeProperty("--chart-h");
  const charts = all(".chart", page).filter((chart) => chart.offsetParent);
  const rows = new Set(charts.map((chart) => Math.round(chart.getBoundingClientRect().top))).size;
  if (rows) {
    const height = view.innerHeight / scale;
    const own = charts[0].clientHeight + (height - main.scrollHeight) / rows;
    const most = Math.max(LOWEST_CHART, height * HIGHEST_CHART);
    const chosen = Math.floor(Math.min(most, Math.max(LOWEST_CHART, own)));
    page.documentElement.style.setProperty("--chart-h", `${chosen}px`);
  }
  view.dispatchEvent(new Event("resize")); // charts and numbers fit their panels again
}

/** @param {Window} view */
export function unfit(view) {
  get("#main", view.document).style.zoom = "";
  view.document.documentElement.style.removeProperty("--chart-h");
  view.dispatchEvent(new Event("resize"));
}
