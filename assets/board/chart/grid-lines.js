// @ts-check
// More grid lines in a chart that is high, such as a large one: the steps of the server are for a panel.
/** @import { Plot } from "../../types" */

const LEAST = 64; // pixels between two lines
const ROUND = [1, 2, 2.5, 5];

/** @param {number} step */
const isRound = (step) =>
  Number.isInteger(step) && ROUND.includes(step / 10 ** Math.floor(Math.log10(step)));

/**
 * The smallest round part of a step that leaves room between the lines.
 * @param {number} step
 * @param {number} most steps for which there is room
 * @param {number} height of the axis
 */
function partOf(step, most, height) {
  const parts = [step / 10, step / 5, step / 2].filter(isRound);
  return parts.find((part) => height / part <= most) ?? step;
}

/** @param {Plot} plot */
export function fitGrid(plot) {
  const { yaxis, meta, margin } = plot.layout;
  const [low, high] = /** @type {number[]} */ (yaxis?.range ?? []);
  if (yaxis?.tickmode !== "linear" || !meta || !margin) {
    return;
  }
  meta.step ??= /** @type {number} */ (yaxis.dtick);
  const most = (plot.clientHeight - margin.t - margin.b) / LEAST;
  const step = partOf(meta.step, most, high - low);
  if (step !== yaxis.dtick) {
    window.Plotly.relayout(plot, { "yaxis.dtick": step });
  }
}
