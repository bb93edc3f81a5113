// @ts-check
// The cursor of a chart: the marked bucket with its card, and a selection of several buckets.
/** @import { Value } from "../../types" */
/** @import { Geometry } from "./plot.js" */

import { panelOf } from "../page/page.js";
import { cardOf, fillCard, placeCard, sentence } from "./card.js";
import { bucketMarks, hideCrosshair, overlay, showCrosshair } from "./crosshair.js";
import { clamp, geometryOf } from "./plot.js";

const MOST_COMPARED = 2; // series whose compared range is drawn, as in widgets/drawings/charts/line.py

/**
 * The cursor that is shown: its element, its bucket, and where a selection began.
 * @typedef {{ element: HTMLElement, bucket: number, from: number | null }} Cursor
 */

/** @type {Cursor | null} */
let shown = null;

export const shownCursor = () => shown;

/**
 * Show the cursor and the card of a bucket. `from` is where a selection began: null ends the
 * selection, undefined keeps it.
 * @param {HTMLElement} element
 * @param {number} bucket
 * @param {number | null} [from]
 */
export function showCursor(element, bucket, from) {
  const geometry = geometryOf(element);
  if (!geometry) {
    return;
  }
  if (shown && shown.element !== element) {
    hideCursor();
  }
  const start = from === undefined ? (shown?.from ?? null) : from;
  shown = { element, bucket: clamp(bucket, geometry.count), from: start };
  element.replaceChildren(...drawing(geometry, shown));
  describe(element, geometry, shown.bucket);
  showCard(element, geometry, shown.bucket);
  showCrosshair(geometry, shown.bucket);
}

export function hideCursor() {
  if (shown) {
    shown.element.replaceChildren();
    cardOf(panelOf(shown.element)).hidden = true;
    hideCrosshair();
    shown = null;
  }
}

/**
 * @param {HTMLElement} element
 * @param {Geometry} geometry
 * @param {number} bucket
 */
function describe(element, { meta, count }, bucket) {
  element.setAttribute("aria-valuemax", String(count - 1));
  element.setAttribute("aria-valuenow", String(bucket));
  element.setAttribute("aria-valuetext", sentence(meta, bucket));
}

/**
 * @param {HTMLElement} element
 * @param {Geometry} geometry
 * @param {number} bucket
 */
function showCard(element, geometry, bucket) {
  const panel = panelOf(element);
  const card = cardOf(panel);
  fillCard(card, geometry, bucket);
  card.hidden = false;
  const [chart, around] = [element.getBoundingClientRect(), panel.getBoundingClientRect()];
  const x = chart.left - around.left + geometry.xOf(bucket);
  placeCard(card, panel, { x, top: chart.top - around.top });
}

// -- Drawing --------------------------------------------------------------------------------------------

/**
 * @param {Geometry} geometry
 * @param {Cursor} cursor
 */
function drawing(geometry, { bucket, from }) {
  const dots = geometry.isBars ? [] : dotsOf(geometry, bucket);
  return [
    ...bucketMarks(geometry, bucket, from ?? bucket),
    ...dots,
    ...(from === null ? [] : [selection(geometry, from, bucket)]),
  ];
}

/**
 * @param {Geometry} geometry
 * @param {number} bucket
 */
function dotsOf(geometry, bucket) {
  const left = geometry.xOf(bucket);
  /**
   * @param {Value} value
   * @param {string} color
   * @param {string} kind
   */
  const dot = (value, color, kind) => {
    if (value === null) {
      return [];
    }
    const mark = overlay(`cursor-dot ${kind}`, { left, top: geometry.yOf(value) });
    mark.style.background = color;
    return [mark];
  };
  const { series } = geometry.meta;
  const hasLines = series.length <= MOST_COMPARED;
  return series.flatMap(({ values, before, color }) => [
    ...(before && hasLines ? dot(before[bucket], color, "then") : []),
    ...dot(values[bucket], color, ""),
  ]);
}

/**
 * @param {Geometry} geometry
 * @param {number} from
 * @param {number} to
 */
function selection({ left, top, width, height, count }, from, to) {
  const step = width / count;
  return overlay("cursor-part", {
    left: left + Math.min(from, to) * step,
    width: (Math.abs(to - from) + 1) * step,
    top,
    height,
  });
}
