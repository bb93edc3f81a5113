// @ts-check
// The numbers of a chart as a table: the newest bucket first, or sorted by a column, with totals.
/** @import { Meta, NumberFormat, Series, Value } from "../types" */

import { change, number, relativeChange } from "../board/chart/numbers.js";
import { metaOf, plotIn } from "../board/chart/plot.js";
import { word } from "../board/page/island.js";
import { listen } from "../board/page/lazy.js";
import { all, find, make } from "../board/page/page.js";
import { replaceTable, sortHeading } from "../board/page/sorted-table.js";

const TABLE = ".table-of";

/**
 * A column: what it is sorted by, and its texts.
 * @typedef {object} Column
 * @property {string} name
 * @property {Value[]} sizes one per bucket
 * @property {string[]} texts
 * @property {string} total empty if values do not add up
 * @property {boolean} [isFirst] whether it is the first one of several of its series
 */

/** @typedef {{ column: number, isRising: boolean }} Order */

/** How tables are sorted, if not by time. @type {WeakMap<HTMLElement, Order>} */
const orders = new WeakMap();
const NEWEST_FIRST = { column: 0, isRising: false };

/** @param {HTMLElement} panel */
function fill(panel) {
  const meta = metaOf(plotIn(panel));
  if (!meta) {
    return;
  }
  const old = find(TABLE, panel);
  const box = old ?? panel.appendChild(emptyBox());
  const title = panel.getAttribute("aria-label") ?? "";
  box.setAttribute("aria-label", title);
  const columns = columnsOf(meta);
  const kept = old ? orders.get(panel) : null; // a table opened again has its first order
  const order = kept && kept.column < columns.length ? kept : NEWEST_FIRST;
  const table = make("table");
  table.append(
    make("caption", "sr", `${title}, ${meta.zone}`),
    head(panel, meta, columns, order),
    body(columns, order),
    ...(meta.sums ? [foot(columns)] : []),
  );
  replaceTable(box, table);
  panel.dataset.table = "shown";
  markCut(box);
  if (!old) {
    box.focus();
  }
}

function emptyBox() {
  const box = make("div", "table-of");
  box.tabIndex = 0;
  box.setAttribute("role", "group"); // the panel around it is the landmark
  box.addEventListener("scroll", () => markCut(box), { passive: true });
  return box;
}

/** Show that columns are cut on the right. @param {HTMLElement} box */
function markCut(box) {
  box.classList.toggle("cut", box.scrollLeft + box.clientWidth < box.scrollWidth - 1);
}

// -- Columns --------------------------------------------------------------------------------------------

/**
 * @param {Meta} meta
 * @returns {Column[]}
 */
function columnsOf({ labels, series, format, sums }) {
  const when = { name: word("when"), sizes: labels.map((_, n) => n), texts: labels };
  return [
    { ...when, total: sums ? word("total") : "" },
    ...series.flatMap((one) => columnsOfSeries(one, format, sums ?? false)),
  ];
}

/**
 * @param {Series} series
 * @param {NumberFormat | undefined} format
 * @param {boolean} sums
 * @returns {Column[]}
 */
function columnsOfSeries({ name, values, before }, format, sums) {
  /** @param {string} name @param {Value[]} sizes */
  const column = (name, sizes) => ({
    name,
    sizes,
    texts: sizes.map((size) => number(size, format)),
    total: sums ? number(sumOf(sizes), format) : "",
  });
  if (!before) {
    return [column(name, values)];
  }
  const changes = {
    name: word("change"),
    sizes: values.map((now, n) => relativeChange(now, before[n], format)),
    texts: values.map((now, n) => change(now, before[n], format)),
    total: sums ? change(sumOf(values), sumOf(before), format) : "",
  };
  return [
    { ...column(word("value"), values), isFirst: true },
    column(word("before"), before),
    changes,
  ];
}

/** @param {Value[]} values */
const sumOf = (values) =>
  values.reduce((/** @type {number} */ sum, value) => sum + (value ?? 0), 0);

// -- Rows -----------------------------------------------------------------------------------------------

/**
 * @param {HTMLElement} panel
 * @param {Meta} meta
 * @param {Column[]} columns
 * @param {Order} order
 */
function head(panel, { series }, columns, order) {
  const cells = columns.map((column, n) => {
    const isRising = n === order.column ? order.isRising : null;
    const cell = sortHeading(column.name, isRising, () => {
      orders.set(panel, { column: n, isRising: isRising === false });
      fill(panel);
    });
    cell.className = classOf(column);
    return cell;
  });
  const isGrouped = series.length > 1 && columns.length > series.length + 1;
  const head = make("thead");
  head.append(...(isGrouped ? [groups(series)] : []), rowOf(cells));
  return head;
}

/** The names of series, above their columns. @param {Series[]} series */
function groups(series) {
  return rowOf([
    make("td"),
    ...series.map(({ name, before }) => {
      const cell = headCell(name, "colgroup");
      cell.colSpan = before ? 3 : 1;
      return cell;
    }),
  ]);
}

/**
 * @param {Column[]} columns
 * @param {Order} order
 */
function body(columns, { column, isRising }) {
  const { sizes } = columns[column];
  const sign = isRising ? 1 : -1;
  const missing = sign * Infinity; // last in both directions
  const buckets = sizes.map((_, n) => n).reverse(); // equal ones: the newest first
  buckets.sort((one, other) => {
    const [size, otherSize] = [sizes[one] ?? missing, sizes[other] ?? missing];
    return size === otherSize ? 0 : sign * (size < otherSize ? -1 : 1);
  });
  const body = make("tbody");
  body.append(...buckets.map((n) => row(columns, ({ texts }) => texts[n])));
  return body;
}

/** @param {Column[]} columns */
function foot(columns) {
  const foot = make("tfoot");
  foot.append(row(columns, ({ total }) => total));
  return foot;
}

/**
 * @param {Column[]} columns
 * @param {(column: Column) => string} text
 */
function row([when, ...columns], text) {
  const cells = columns.map((column) => make("td", classOf(column), text(column)));
  return rowOf([headCell(text(when), "row"), ...cells]);
}

/** @param {Column} column */
const classOf = ({ isFirst }) => (isFirst ? "first" : "");

/** @param {HTMLElement[]} cells */
function rowOf(cells) {
  const row = make("tr");
  row.append(...cells);
  return row;
}

/**
 * @param {string} text
 * @param {"row" | "col" | "colgroup"} scope
 */
function headCell(text, scope) {
  const cell = make("th", "", text);
  cell.scope = scope;
  return cell;
}

listen("table", () => all("[data-table]").forEach(fill));
window.addEventListener("resize", () => all(TABLE).forEach(markCut));
