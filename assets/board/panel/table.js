// @ts-check
// Panels that show the numbers of their charts as tables. The script that draws tables is a file of its own.
import { call, tell } from "../page/lazy.js";
import { find } from "../page/page.js";
import { drawn } from "../page/signals.js";
import { fitChart } from "./enlarge.js";

/** @param {HTMLElement} panel */
export function showTable(panel) {
  panel.dataset.table = "wanted"; // the chart stays until the table is there
  call("table");
}

/** @param {HTMLElement} panel */
export function showChart(panel) {
  delete panel.dataset.table;
  find(".table-of", panel)?.remove();
  fitChart(panel);
}

drawn.on(() => {
  if (find("[data-table]")) {
    tell("table");
  }
});
