// @ts-check
// The tooltip of a bucket: a card, and a sentence for screen readers.
/** @import { Meta, Series } from "../../types" */
/** @import { Geometry } from "./plot.js" */
import { word } from "../page/island.js";
import { all, find, make } from "../page/page.js";
import { change, number, part } from "./numbers.js";

const GAP = 16; // pixels between the cursor and its card
const EDGE = 8;
const NARROW = 480; // pixels: in such a panel, the card is above the chart, so that it hides no bars
const SHORT_MS = 20 * 3_600_000; // buckets of hours or minutes: their times depend on the zone

/**
 * @param {Meta} meta
 * @param {number} bucket
 */
const marksOf = (meta, bucket) => meta.marks?.[bucket] ?? [];

/**
 * @param {Meta} meta
 * @param {number} bucket
 */
export function sentence(meta, bucket) {
  const parts = meta.series.map(({ name, values, before }) => {
    const now = `${name} ${number(values[bucket], meta.format)}`;
    return before ? `${now}, ${word("before")} ${number(before[bucket], meta.format)}` : now;
  });
  return `${meta.labels[bucket]}: ${[...parts, ...marksOf(meta, bucket)].join("; ")}`;
}

/**
 * The card of a panel, which is hidden until it is needed.
 * @param {HTMLElement} panel
 */
export function cardOf(panel) {
  return find(":scope > .card-of", panel) ?? panel.appendChild(make("div", "card-of"));
}

/**
 * A row of the card: a name, its value, and its part of the total, if there is one, and the change.
 * @param {Meta} meta
 * @param {Series} series
 * @param {number} bucket
 * @param {string} markClass
 */
function row(meta, series, bucket, markClass) {
  const name = make("th");
  name.scope = "row";
  if (markClass) {
    name.appendChild(make("i", markClass)).style.background = series.color;
  }
  name.append(series.name);
  const now = series.values[bucket];
  const cells = make("tr");
  cells.append(name, make("td", "now", number(now, meta.format)));
  if (meta.total) {
    const total = totalOf(meta, bucket, "values");
    cells.append(make("td", "then", total > 0 ? part((now ?? 0) / total) : ""));
  }
  if (series.before) {
    const before = series.before[bucket];
    cells.append(
      make("td", "then", number(before, meta.format)),
      make("td", "", change(now, before, meta.format)),
    );
  }
  return cells;
}

/**
 * The sum of a bucket; 0 if a value is below zero, because then parts of it mean nothing.
 * @param {Meta} meta
 * @param {number} bucket
 * @param {"values" | "before"} which
 */
function totalOf({ series }, bucket, which) {
  const values = series.map((one) => one[which]?.[bucket] ?? 0);
  return values.some((value) => value < 0) ? 0 : values.reduce((sum, value) => sum + value, 0);
}

/**
 * The total of a bucket as a series of its own.
 * @param {Meta} meta
 * @param {number} bucket
 */
function totalRow(meta, bucket) {
  const isCompared = meta.series.some(({ before }) => before);
  /** @param {"values" | "before"} which */
  const sums = (which) =>
    meta.series[0].values.map((_, n) =>
      n === bucket ? meta.series.reduce((sum, one) => sum + (one[which]?.[n] ?? 0), 0) : 0,
    );
  const before = isCompared ? sums("before") : null;
  const values = sums("values");
  const total = { name: word("total"), color: "", filter: null, value: null, values, before };
  const cells = row(meta, total, bucket, "");
  cells.className = "total";
  return cells;
}

/** @param {Meta} meta */
function targetRow({ target, format }) {
  const name = make("th");
  name.scope = "row";
  name.append(make("i", "k-target"), target?.name ?? "");
  const cells = make("tr", "total");
  cells.append(name, make("td", "now", number(target?.value ?? null, format)));
  return cells;
}

/**
 * @param {Meta} meta
 * @param {number} bucket
 */
function rowsAfter(meta, bucket) {
  return [
    ...(meta.total && meta.series.length > 1 ? [totalRow(meta, bucket)] : []),
    ...(meta.target ? [targetRow(meta)] : []),
  ];
}

/**
 * Emphasize the series under the pointer.
 * @param {HTMLElement} card
 * @param {number} index of the series, -1 for none
 */
export function point(card, index) {
  all("tr", card).forEach((cells, n) => {
    cells.classList.toggle("pointed", n === index);
  });
}

/** @param {string} line */
function markLine(line) {
  const text = make("p", "card-mark");
  text.append(make("i", "k-mark"), line);
  return text;
}

/**
 * @param {HTMLElement} card
 * @param {Geometry} geometry
 * @param {number} bucket
 */
export function fillCard(card, { meta, isBars }, bucket) {
  const head = make("div", "card-head");
  head.append(make("strong", "", meta.labels[bucket]));
  if (meta.before) {
    head.append(make("span", "", word("versus", meta.before[bucket])));
  }
  const table = make("table");
  const mark = isBars ? "k-box" : "k-line";
  table.append(
    ...meta.series.map((series) => row(meta, series, bucket, mark)),
    ...rowsAfter(meta, bucket),
  );
  const marks = marksOf(meta, bucket).map(markLine);
  const pointed = find("strong", card)?.textContent === meta.labels[bucket] ? pointedIn(card) : -1;
  const zone = isShort(meta) ? [make("p", "card-zone", meta.zone)] : [];
  card.replaceChildren(head, table, ...marks, ...zone);
  point(card, pointed);
}

/** @param {Meta} meta */
function isShort({ edges }) {
  const times = edges.map(Date.parse);
  return times.slice(1).every((time, n) => time - times[n] < SHORT_MS);
}

/**
 * The index of the marked series, -1 for none. It stays when a chart is drawn again under the pointer.
 * @param {HTMLElement} card
 */
const pointedIn = (card) => all("tr", card).findIndex((row) => row.classList.contains("pointed"));

/**
 * Put the card next to the cursor, on the side with room.
 * @param {HTMLElement} card
 * @param {HTMLElement} panel
 * @param {number} x
 */
export function placeNextTo(card, panel, x) {
  const hasRoom = x + GAP + card.offsetWidth <= panel.clientWidth - EDGE;
  const left = hasRoom ? x + GAP : x - GAP - card.offsetWidth;
  card.style.left = `${Math.max(EDGE, left)}px`;
}

/**
 * Put the card next to the cursor of a chart; in a narrow panel, above the chart.
 * @param {HTMLElement} card
 * @param {HTMLElement} panel
 * @param {{ x: number, top: number }} chart the cursor and the upper edge, in the panel
 */
export function placeCard(card, panel, { x, top }) {
  const { offsetWidth, offsetHeight } = card;
  if (panel.clientWidth >= NARROW) {
    card.style.top = "";
    placeNextTo(card, panel, x);
    return;
  }
  const left = Math.min(x - offsetWidth / 2, panel.clientWidth - EDGE - offsetWidth);
  const highest = EDGE - panel.getBoundingClientRect().top; // still within the window
  card.style.left = `${Math.max(EDGE, left)}px`;
  card.style.top = `${Math.max(top - EDGE - offsetHeight, highest)}px`;
}
