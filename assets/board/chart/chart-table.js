// @ts-check
// The numbers of a chart as a table.
/** @import { Meta } from "../../types" */

import { word } from "../page/island.js";
import { all, find, get, make } from "../page/page.js";
import { drawn } from "../page/signals.js";
import { fitChart } from "../panel/enlarge.js";
import { change, number } from "./numbers.js";
import { metaOf, plotIn } from "./plot.js";

const TABLE = ".table-of";

/** @param {HTMLElement} panel */
export function showTable(panel) {
  panel.dataset.table = "true";
  fill(panel);
  find(TABLE, panel)?.focus();
}

/** @param {HTMLElement} panel */
export function showChart(panel) {
  delete panel.dataset.table;
  get(TABLE, panel).remove();
  fitChart(panel);
}

/** @param {HTMLElement} panel */
function fill(panel) {
  const meta = metaOf(plotIn(panel));
  if (!meta) {
    return;
  }
  const title = panel.getAttribute("aria-label") ?? "";
  const box = find(TABLE, panel) ?? panel.appendChild(make("div", "table-of"));
  box.tabIndex = 0;
  box.setAttribute("role", "group"); // the panel around it is the landmark
  box.setAttribute("aria-label", title);
  const table = make("table");
  table.append(make("caption", "sr", `${title}, ${meta.zone}`), head(meta), body(meta));
  box.replaceChildren(table);
}

/** @param {Meta} meta */
function head({ series }) {
  const names = series.flatMap(({ name, before }) =>
    before ? [name, `${name}, ${word("before")}`, word("change")] : [name],
  );
  const row = make("tr");
  row.append(...[word("when"), ...names].map((name) => headCell(name, "col")));
  const head = make("thead");
  head.append(row);
  return head;
}

/** @param {Meta} meta */
function body({ labels, series, format }) {
  const body = make("tbody");
  labels.forEach((label, bucket) => {
    const texts = series.flatMap(({ values, before }) => {
      const now = values[bucket];
      const then = before?.[bucket];
      const text = number(now, format);
      return then === undefined ? [text] : [text, number(then, format), change(now, then, format)];
    });
    const row = make("tr");
    row.append(headCell(label, "row"), ...texts.map((text) => make("td", "", text)));
    body.append(row);
  });
  return body;
}

/**
 * @param {string} text
 * @param {"row" | "col"} scope
 */
function headCell(text, scope) {
  const cell = make("th", "", text);
  cell.scope = scope;
  return cell;
}

drawn.on(() => all("[data-table]").forEach(fill));
