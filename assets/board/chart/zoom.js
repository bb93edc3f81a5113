// @ts-check
// Zooming: shows only the selected buckets of a chart, on the whole board.

import { opening } from "../page/island.js";
import { goToRange } from "../view/navigation.js";
import { hideCursor } from "./cursor.js";
import { geometryOf } from "./plot.js";

/** Whether viewers can choose other ranges than the presets: an embed token can forbid it. */
export const canZoom = () => Boolean(opening()?.hasFreeRanges);

/**
 * @param {HTMLElement} cursor
 * @param {number} from
 * @param {number} to
 */
export function zoom(cursor, from, to) {
  const edges = geometryOf(cursor)?.meta.edges;
  hideCursor();
  if (edges && canZoom()) {
    goToRange(edges[Math.min(from, to)], edges[Math.max(from, to) + 1]);
  }
}
