// @ts-check
// The geometry and the content of a chart. Only this module reads Plotly's private fields.
/** @import { Meta, Plot } from "../../types" */
import { all } from "../page/page.js";

const CHART = ".js-plotly-plot";

/**
 * The chart of a panel; null if there is none, or Plotly has not drawn it yet.
 * @param {ParentNode} panel
 * @returns {Plot | null}
 */
export const plotIn = (panel) => panel.querySelector(CHART);

export const plots = () => /** @type {Plot[]} */ (all(CHART));

/**
 * The data of a chart's buckets; null unless the chart is drawn.
 * @param {Plot | null} plot
 * @returns {Meta | null}
 */
export function metaOf(plot) {
  const meta = plot?.layout?.meta;
  return meta?.labels ? meta : null;
}

/**
 * Where the buckets and values of a chart are, in pixels of its element.
 * @typedef {object} Geometry
 * @property {Plot} plot
 * @property {Meta} meta
 * @property {boolean} isBars
 * @property {number} count of buckets
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 * @property {(bucket: number) => number} xOf
 * @property {(value: number) => number} yOf
 * @property {(y: number) => number} valueAt
 * @property {(x: number) => number} bucketAt
 */

/**
 * The geometry of the chart under a cursor; null unless it is drawn.
 * @param {HTMLElement} cursor
 * @returns {Geometry | null}
 */
export const geometryOf = (cursor) =>
  geometryIn(plotIn(/** @type {HTMLElement} */ (cursor.parentNode)));

/**
 * The geometry of a chart; null unless it is drawn.
 * @param {Plot | null} plot
 * @returns {Geometry | null}
 */
export function geometryIn(plot) {
  const meta = metaOf(plot);
  if (!plot?._fullLayout || !meta) {
    return null;
  }
  const { l: left, t: top, w: width, h: height } = plot._fullLayout._size;
  const [low, high] = plot._fullLayout.yaxis.range;
  const count = meta.labels.length;
  return {
    plot,
    meta,
    isBars: plot.data[0]?.type === "bar",
    count,
    left,
    top,
    width,
    height,
    xOf: (bucket) => left + (width * (bucket + 0.5)) / count,
    yOf: (value) => top + height * (1 - (value - low) / (high - low)),
    valueAt: (y) => low + (high - low) * (1 - (y - top) / height),
    bucketAt: (x) => clamp(Math.floor(((x - left) / width) * count), count),
  };
}

/**
 * The closest existing bucket.
 * @param {number} bucket
 * @param {number} count
 */
export const clamp = (bucket, count) => Math.max(0, Math.min(count - 1, bucket));
