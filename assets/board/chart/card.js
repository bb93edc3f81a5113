// @ts-check
// The tooltip of a bucket: a card, and a sentence for screen readers.
/** @import { Meta, Series } from "../../types" */
/** @import { Geometry } from "./plot.js" */
import { word } from "../page/island.js";
import { find, make } from "../page/page.js";
import { change, number } from "./numbers.js";

const GAP = 16; // pixels between the cursor and its card
const EDGE = 8;

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
    const now = `${name} ${number(values[bucket])}`;
    return before ? `${now}, ${word("before")} ${number(before[bucket])}` : now;
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
 * @param {Series} series
 * @param {number} bucket
 * @param {string} markClass
 */
function row(series, bucket, markClass) {
  const name = make("th");
  name.scope = "row";
  name.appendChild(make("i", markClass)).style.background = series.color;
  name.append(series.name);
  const cells = make("tr");
  cells.append(name, make("td", "now", number(series.values[bucket])));
  if (series.before) {
    cells.append(
      make("td", "then", number(series.before[bucket])),
      make("td", "", change(series.values[bucket], series.before[bucket])),
    );
  }
  return cells;
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
  table.append(...meta.series.map((series) => row(series, bucket, isBars ? "k-box" : "k-line")));
  const marks = marksOf(meta, bucket).map(markLine);
  card.replaceChildren(head, table, ...marks, make("p", "card-zone", meta.zone));
}

/**
 * Put the card next to the cursor, on the side with room.
 * @param {HTMLElement} card
 * @param {HTMLElement} panel
 * @param {number} x
 */
export function placeCard(card, panel, x) {
  const hasRoom = x + GAP + card.offsetWidth <= panel.clientWidth - EDGE;
  const left = hasRoom ? x + GAP : x - GAP - card.offsetWidth;
  card.style.left = `${Math.max(EDGE, left)}px`;
}
