// @ts-check
// Prepares each figure before Plotly draws it, and emits `drawn` afterwards.
/** @import { Figure, Plot } from "../../types" */

import { drawn } from "../page/signals.js";
import { fitBars } from "./bars.js";
import { fitEnds } from "./ends.js";
import { showMarks } from "./marks.js";

/** @type {WeakSet<HTMLElement>} */
const listenedTo = new WeakSet();

/**
 * Emit `drawn` now and whenever Plotly redraws a chart, for example after its panel changed its width.
 * @param {Plot} plot
 */
function listen(plot) {
  if (!listenedTo.has(plot) && plot.on) {
    listenedTo.add(plot);
    plot.on("plotly_afterplot", () => drawn.emit());
  }
  drawn.emit();
}

/**
 * @template {(plot: any, figure: Figure, ...rest: unknown[]) => Promise<unknown>} Draw
 * @param {Draw} draw
 */
function prepared(draw) {
  /**
   * @this {unknown}
   * @param {Parameters<Draw>} args
   */
  function drawPrepared(...args) {
    const [target, figure] = args;
    /** @type {Plot | null} */
    const plot = typeof target === "string" ? document.getElementById(target) : target;
    if (plot) {
      fitBars(plot, figure);
      fitEnds(plot, figure);
      showMarks(plot, figure);
    }
    const drawing = draw.apply(this, args);
    if (plot) {
      drawing?.then?.(() => listen(plot));
    }
    return drawing;
  }
  return drawPrepared;
}

const { Plotly } = window;
Plotly.newPlot = prepared(Plotly.newPlot);
Plotly.react = prepared(Plotly.react);
