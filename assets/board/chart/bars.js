// @ts-check
// Limits the width of bars. Plotly can only set the gap between them, as a share of a bucket. The ticks of the
// compared range are as wide as the bars.
/** @import { Figure, Layout, Plot } from "../../types" */
import { plots } from "./plot.js";

const WIDEST = 28; // pixels
const NARROWEST_SHARE = 0.02; // of a bucket; bars are at least this wide
const SLACK = 0.02; // of a bucket: smaller changes of the gap are not drawn
const RESIZE_MS = 60; // without a resize, before bars are drawn again

/**
 * The share of a bucket to leave free, so that no bar is wider than WIDEST.
 * @param {Layout} layout of a chart with bars
 * @param {number} width
 */
function gapOf(layout, width) {
  const least = layout.meta?.gap ?? layout.bargap ?? 0;
  const count = layout.meta?.labels?.length;
  const room = roomOf(layout, width);
  if (!count || room <= 0) {
    return layout.bargap ?? 0;
  }
  return Math.max(least, Math.min(1 - NARROWEST_SHARE, 1 - (WIDEST * count) / room));
}

/**
 * @param {Layout} layout
 * @param {number} width
 */
const roomOf = ({ margin }, width) => width - (margin?.l ?? 0) - (margin?.r ?? 0);

/**
 * The width of a bar in pixels.
 * @param {Layout} layout
 * @param {number} width
 */
function barWidth(layout, width) {
  const count = layout.meta?.labels?.length ?? 1;
  return Math.max((1 - (layout.bargap ?? 0)) * (roomOf(layout, width) / count), 1);
}

/** @param {{ uid?: string }} trace */
const areTicks = ({ uid }) => uid === "ticks";

/** @param {Layout | undefined} layout */
const hasBars = (layout) => layout?.bargap !== undefined && layout.margin !== undefined;

/**
 * Set the gap of a figure before it is drawn.
 * @param {HTMLElement} plot
 * @param {Figure | undefined} figure
 */
export function fitBars(plot, figure) {
  const layout = figure?.layout;
  if (hasBars(layout) && layout?.meta && plot.clientWidth) {
    layout.meta.gap ??= layout.bargap;
    layout.bargap = gapOf(layout, plot.clientWidth);
    const ticks = figure?.data.find(areTicks);
    if (ticks?.marker) {
      ticks.marker.size = barWidth(layout, plot.clientWidth);
    }
  }
}

/**
 * Fit the bars of a chart that has another size than when it was drawn.
 * @param {Plot} plot
 */
export function refitBars(plot) {
  if (!hasBars(plot.layout)) {
    return;
  }
  const gap = gapOf(plot.layout, plot.clientWidth);
  const ticks = plot.data.findIndex(areTicks);
  const width = barWidth({ ...plot.layout, bargap: gap }, plot.clientWidth);
  if (Math.abs(gap - (plot.layout.bargap ?? 0)) > SLACK) {
    window.Plotly.relayout(plot, { bargap: gap });
  }
  if (ticks >= 0 && plot.data[ticks].marker?.size !== width) {
    window.Plotly.restyle(plot, { "marker.size": width }, [ticks]);
  }
}

/** @type {number | undefined} */
let timer;
window.addEventListener("resize", () => {
  clearTimeout(timer);
  timer = window.setTimeout(() => plots().forEach(refitBars), RESIZE_MS);
});
