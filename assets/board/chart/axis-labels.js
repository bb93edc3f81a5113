// @ts-check
// Labels below the time axis: the last one, and as many before it as fit, at equal steps.
import { all } from "../page/page.js";
import { drawn } from "../page/signals.js";
import { plots } from "./plot.js";

const MIN_GAP = 6; // pixels

/**
 * @param {DOMRect[]} boxes from right to left
 * @param {number} step
 */
function doFit(boxes, step) {
  return boxes.every(
    (box, n) => n < step || n % step || box.right + MIN_GAP <= boxes[n - step].left,
  );
}

/** @param {HTMLElement} plot */
function thin(plot) {
  const labels = all(".xtick text", plot).reverse();
  const boxes = labels.map((label) => label.getBoundingClientRect());
  let step = 1;
  while (!doFit(boxes, step)) {
    step += 1;
  }
  labels.forEach((label, n) => {
    label.style.visibility = n % step ? "hidden" : "";
  });
}

let isScheduled = false;
drawn.on(() => {
  if (isScheduled) {
    return;
  }
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    plots().forEach(thin);
  });
});
