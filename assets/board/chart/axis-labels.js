// @ts-check
// Labels below the time axis. The server ranks them (dashapp/domain/time/ticks.py): those of the lowest
// ranks are left out until the others fit.
/** @import { Plot } from "../../types" */
import { all } from "../page/page.js";
import { drawn } from "../page/signals.js";
import { metaOf, plots } from "./plot.js";

const MIN_GAP = 6; // pixels

/** @typedef {{ element: HTMLElement, left: number, right: number, shift: number, rank: number }} Label */

/**
 * The labels of a chart from left to right, moved inward where the chart would cut them.
 * @param {Plot} plot
 * @returns {Label[]}
 */
function labelsOf(plot) {
  const texts = all(".xtick text", plot);
  for (const text of texts) {
    text.style.translate = "";
  }
  const room = plot.getBoundingClientRect();
  const labels = texts.map((element) => {
    const { left, right } = element.getBoundingClientRect();
    const shift = Math.min(0, room.right - right) || Math.max(0, room.left - left);
    return { element, left: left + shift, right: right + shift, shift, rank: 0 };
  });
  labels.sort((a, b) => a.left - b.left);
  const ranks = metaOf(plot)?.ranks ?? [];
  const isRanked = ranks.length === labels.length;
  return labels.map((label, n) => ({
    ...label,
    rank: isRanked ? ranks[n] : halvings(labels.length - 1 - n),
  }));
}

/**
 * How often every second label can be left out before one at a distance from the last one is.
 * @param {number} distance
 */
const halvings = (distance) => (distance ? Math.log2(distance & -distance) : Infinity);

/** @param {Label[]} labels from left to right */
const doFit = (labels) =>
  labels.every((label, n) => n === 0 || labels[n - 1].right + MIN_GAP <= label.left);

/**
 * The labels that have room. If even those of the highest rank do not fit, it is the last one.
 * @param {Label[]} labels
 */
function fitting(labels) {
  const ranks = [...new Set(labels.map(({ rank }) => rank))].filter((rank) => rank >= 0);
  ranks.sort((a, b) => a - b);
  for (const rank of ranks) {
    const shown = labels.filter((label) => label.rank >= rank);
    if (doFit(shown)) {
      const withOptional = labels.filter((label) => label.rank >= rank || label.rank < 0);
      return doFit(withOptional) ? withOptional : shown;
    }
  }
  return labels.slice(-1);
}

/**
 * Show the labels of a chart that fit its current width.
 * @param {Plot} plot
 */
export function fitLabels(plot) {
  const labels = labelsOf(plot);
  const shown = fitting(labels);
  for (const label of labels) {
    label.element.style.visibility = shown.includes(label) ? "" : "hidden";
    label.element.style.translate = label.shift ? `${label.shift}px` : "";
  }
}

/**
 * The texts of all ticks from left to right, empty for those that are not shown.
 * @param {Plot} plot
 */
export function shownTexts(plot) {
  const labels = all(".xtick text", plot).map((element) => ({
    left: element.getBoundingClientRect().left,
    text: element.style.visibility === "hidden" ? "" : (element.textContent ?? ""),
  }));
  return labels.sort((a, b) => a.left - b.left).map(({ text }) => text);
}

let isScheduled = false;
drawn.on(() => {
  if (isScheduled) {
    return;
  }
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    plots().forEach(fitLabels);
  });
});
