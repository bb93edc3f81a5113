// @ts-check
// What opens the menu of a part: a click or Enter on a bar, a point, a row, a cell, or a legend's entry.
// With Ctrl or ⌘, a click filters at once.
/** @import { PanelOffer, Series } from "../../types" */
/** @import { Geometry } from "../chart/plot.js" */
/** @import { Part } from "./part.js" */
import { cardOf } from "../chart/card.js";
import { number } from "../chart/numbers.js";
import { metaOf, plotIn } from "../chart/plot.js";
import { embed } from "../page/handover.js";
import { closest, find, get, panelOf } from "../page/page.js";
import { isNarrow } from "../page/sheet.js";
import { chooseFilter } from "../panel/filters.js";
import { openDrill } from "./drill-menu.js";
import { showEvents } from "./event-sheet.js";
import { markElement, markInChart } from "./marking.js";
import { offerOf } from "./part.js";

/** Rows of lists, and entries of legends. */
const NAMES = ".row-do[data-value], .row-do[data-filter], .legend-do[data-filter], .ends button";

/** @param {HTMLElement} panel */
const titleOf = (panel) => get("h2", panel).textContent ?? "";

/**
 * The whole panel as a part.
 * @param {HTMLElement} panel
 * @returns {Part}
 */
const whole = (panel) => ({
  panel,
  name: titleOf(panel),
  color: "",
  when: "",
  text: "",
  count: null,
  filter: null,
  isWhole: true,
});

// -- Charts -----------------------------------------------------------------------------------------------

/**
 * What names a series in a question: a value of the panel's field, or one of its metrics.
 * @param {PanelOffer | null} offer
 * @param {Series} series
 */
function named(offer, { value }) {
  if (value === null || !offer) {
    return {};
  }
  return offer.by ? { value } : { metric: value, isWhole: true };
}

/**
 * @param {HTMLElement} panel
 * @param {Geometry} geometry
 * @param {number} bucket
 * @param {Series} series
 * @returns {Part}
 */
function partOfSeries(panel, { meta }, bucket, series) {
  const value = series.values[bucket];
  return {
    panel,
    name: series.name,
    color: embed?.shownColor(panel, series.color) ?? series.color,
    when: meta.labels[bucket],
    text: number(value, meta.format),
    count: value,
    filter: series.filter,
    within: { from: meta.edges[bucket], to: meta.edges[bucket + 1] },
    ...named(offerOf(panel), series),
  };
}

/**
 * Open the menu of a bucket of a chart: of a series, if one is meant or there is only one.
 * @param {HTMLElement} cursor
 * @param {Geometry} geometry
 * @param {number} bucket
 * @param {Series | null} pointed
 * @param {{ x: number, y: number }} [at] by default, at the top of the bucket
 */
export function drillInChart(cursor, geometry, bucket, pointed, at) {
  const { meta } = geometry;
  const panel = panelOf(cursor);
  const series = pointed ?? (meta.series.length === 1 ? meta.series[0] : null);
  const box = cursor.getBoundingClientRect();
  cardOf(panel).hidden = !isNarrow(); // docked below the chart, it stays
  const place = {
    at: at ?? { x: box.left + geometry.xOf(bucket), y: box.top + geometry.top },
    origin: cursor,
    mark: () =>
      markInChart(/** @type {HTMLElement} */ (cursor.parentElement), geometry, bucket, series),
  };
  if (series) {
    return openDrill(partOfSeries(panel, geometry, bucket, series), place);
  }
  const parts = meta.series
    .filter(({ values }) => values[bucket])
    .map((one) => partOfSeries(panel, geometry, bucket, one));
  const within = { from: meta.edges[bucket], to: meta.edges[bucket + 1] };
  const isMixed = !offerOf(panel)?.by; // of several metrics
  const all = { ...whole(panel), when: meta.labels[bucket], within, isMixed };
  return openDrill(meta.total ? withTotal(all, geometry, bucket) : all, place, parts);
}

/**
 * @param {Part} part
 * @param {Geometry} geometry
 * @param {number} bucket
 * @returns {Part}
 */
function withTotal(part, { meta }, bucket) {
  const total = meta.series.reduce((sum, { values }) => sum + (values[bucket] ?? 0), 0);
  return { ...part, text: number(total, meta.format), count: total };
}

// -- Rows, legends, and cells -------------------------------------------------------------------------------

/**
 * @param {HTMLElement} button
 * @returns {Part}
 */
function partOfName(button) {
  const panel = panelOf(button);
  const filter = button.dataset.filter || null;
  const series = metaOf(plotIn(panel))?.series.find((one) => one.filter === filter);
  const offer = offerOf(panel);
  const text = find("td", button.closest("tr") ?? button)?.textContent ?? "";
  return {
    ...whole(panel),
    name: button.textContent ?? "",
    color: series ? (embed?.shownColor(panel, series.color) ?? series.color) : "",
    text,
    filter,
    isWhole: false,
    ...(series ? named(offer, series) : { value: button.dataset.value }),
  };
}

/** @param {HTMLElement} cell of a heat map */
export function drillInCell(cell) {
  const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
  const hour = /** @type {HTMLTableCellElement} */ (cell).cellIndex - 1;
  const clock = [hour, hour + 1].map((one) => `${String(one).padStart(2, "0")}:00`).join("–");
  const text = cell.textContent ?? "";
  const part = {
    ...whole(panelOf(cell)),
    when: `${row.cells[0].textContent} ${clock}`,
    text,
    count: /[1-9]/.test(text) ? null : 0,
    hour: { weekday: row.sectionRowIndex + 1, hour },
  };
  openDrill(part, { at: cell, origin: cell, mark: () => markElement(cell) });
}

/**
 * Show the events behind all numbers of a panel.
 * @param {HTMLElement} panel
 */
export const showAllEvents = (panel) => showEvents(whole(panel));

/**
 * Whether all numbers of a panel are about the same events, which can be shown.
 * @param {HTMLElement} panel
 */
export function hasEvents(panel) {
  const offer = offerOf(panel);
  return Boolean(offer?.hasEvents) && offer?.metrics.length === 1;
}

document.addEventListener("click", (event) => {
  const button = closest(event, NAMES);
  if (!button || button.closest(".sheet")) {
    return;
  }
  const { filter } = button.dataset;
  if (filter && (event.ctrlKey || event.metaKey)) {
    chooseFilter(filter);
    return;
  }
  const mark = () => markElement(button.closest("tr") ?? button);
  openDrill(partOfName(button), { at: button, origin: button, mark });
});
