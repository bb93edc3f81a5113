// @ts-check
// Labels below the time axis: the last one, and before it every second, third …, as there is room.
import { all } from "./page.js";
import { plots } from "./plot.js";
import { drawn } from "./signals.js";

const BETWEEN = 6; // pixels

/**
 * @param {DOMRect[]} boxes from right to left
 * @param {number} step
 */
function haveRoom(boxes, step) {
  return boxes.every(
    (box, n) => n < step || n % step || box.right + BETWEEN <= boxes[n - step].left,
  );
}

/** @param {HTMLElement} plot */
function thin(plot) {
  const labels = all(".xtick text", plot).reverse();
  const boxes = labels.map((label) => label.getBoundingClientRect());
  let step = 1;
  while (!haveRoom(boxes, step)) {
    step += 1;
  }
  labels.forEach((label, n) => {
    label.style.visibility = n % step ? "hidden" : "";
  });
}

let isDue = false;
drawn.on(() => {
  if (isDue) {
    return;
  }
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    plots().forEach(thin);
  });
});
