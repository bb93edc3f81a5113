// @ts-check
// More grid lines in a chart that is high, such as a large one: the steps of the server are for a panel.
/** @import { Plot } from "../../types" */

const LEAST = 64; // pixels between two lines
const ROUND = [1, 2, 2.5, 5];

/** The server's step, and the one that replaced it. @type {WeakMap<Plot, { given: number, set: number }>} */
const steps = new WeakMap();

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
  const { yaxis, margin } = plot.layout;
  const [low, high] = /** @type {number[]} */ (yaxis?.range ?? []);
  if (yaxis?.tickmode !== "linear" || !margin) {
    return;
  }
  const shown = /** @type {number} */ (yaxis.dtick);
  const known = steps.get(plot);
  const given = known?.set === shown ? known.given : shown;
  const most = (plot.clientHeight - margin.t - margin.b) / LEAST;
  const set = partOf(given, most, high - low);
  steps.set(plot, { given, set });
  if (set !== shown) {
    window.Plotly.relayout(plot, { "yaxis.dtick": set });
  }
}
