// @ts-check
// The crosshair: a bucket that is marked in one chart is also marked in all other charts, and in the
// sparklines, of the same buckets. It follows the pointer, so it only adds elements over the charts.
/** @import { Meta } from "../../types" */
/** @import { Geometry } from "./plot.js" */

import { all, find, make } from "../page/page.js";
import { geometryIn, plots } from "./plot.js";

/** The cursors of other charts that are marked, and the lines in sparklines. @type {HTMLElement[]} */
let cursors = [];
/** @type {HTMLElement[]} */
let lines = [];

/**
 * An element over a chart.
 * @param {string} className
 * @param {Record<string, number>} pixels
 */
export function overlay(className, pixels) {
  const element = make("i", className);
  for (const [name, value] of Object.entries(pixels)) {
    element.style.setProperty(name, `${value}px`);
  }
  return element;
}

/**
 * What marks a bucket: a line, or shades over the other bars. `from` is where a selection began.
 * @param {Geometry} geometry
 * @param {number} bucket
 * @param {number} [from]
 */
export function bucketMarks(geometry, bucket, from = bucket) {
  const { isBars, left, top, width, height, count, xOf } = geometry;
  if (!isBars) {
    return [overlay("cursor-line", { left: xOf(bucket), top, height })];
  }
  const step = width / count;
  const [start, end] = [Math.min(bucket, from) * step, (Math.max(bucket, from) + 1) * step];
  return [
    overlay("cursor-shade", { left, top, width: start, height }),
    overlay("cursor-shade", { left: left + end, top, width: width - end, height }),
  ];
}

/**
 * @param {Meta} meta
 * @param {Meta} other
 */
const haveSameBuckets = ({ edges }, { edges: others }) =>
  edges.length === others.length && edges.every((edge, n) => edge === others[n]);

/**
 * The buckets of a chart as sparklines name them: dashapp/widgets/drawings/cards/number.py.
 * @param {Meta} meta
 */
const bucketsOf = ({ edges }) => `${edges[0]} ${edges.at(-1)} ${edges.length - 1}`;

/**
 * Mark a bucket everywhere except in its own chart.
 * @param {Geometry} own
 * @param {number} bucket
 */
export function showCrosshair(own, bucket) {
  hideCrosshair();
  for (const plot of plots()) {
    const geometry = plot === own.plot ? null : geometryIn(plot);
    const cursor = geometry && find(".cursor", /** @type {Element} */ (plot.closest(".chart")));
    if (cursor && haveSameBuckets(own.meta, geometry.meta)) {
      cursor.replaceChildren(...bucketMarks(geometry, bucket));
      cursors.push(cursor);
    }
  }
  for (const spark of all(`.spark[data-buckets="${bucketsOf(own.meta)}"]`)) {
    const line = spark.appendChild(make("i", "spark-cursor"));
    line.style.left = own.count > 1 ? `${(100 * bucket) / (own.count - 1)}%` : "50%";
    lines.push(line);
  }
}

export function hideCrosshair() {
  for (const cursor of cursors) {
    cursor.replaceChildren();
  }
  for (const line of lines) {
    line.remove();
  }
  cursors = [];
  lines = [];
}
