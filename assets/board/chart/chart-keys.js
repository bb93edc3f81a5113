// @ts-check
// Charts by keyboard: arrows read numbers, Shift selects, Enter opens the menu of a bucket or zooms to the
// selected ones.
/** @import { Geometry } from "./plot.js" */

import { drillInChart } from "../drill/drill.js";
import { isMenuOpen } from "../page/floating-menu.js";

import { closest } from "../page/page.js";
import { hideCursor, showCursor, shownCursor } from "./cursor.js";
import { geometryOf } from "./plot.js";
import { zoom } from "./zoom.js";

/**
 * The bucket that a key moves to; null for other keys.
 * @param {string} key
 * @param {number} bucket
 * @param {number} count
 */
function bucketAfter(key, bucket, count) {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return bucket - 1;
    case "ArrowRight":
    case "ArrowUp":
      return bucket + 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} cursor
 * @param {Geometry} geometry
 * @returns {boolean} whether the key did anything
 */
function press(event, cursor, geometry) {
  const { count } = geometry;
  const shown = shownCursor();
  const own = shown?.element === cursor ? shown : null;
  const bucket = own?.bucket ?? count;
  const next = bucketAfter(event.key, bucket, count);
  if (next !== null) {
    showCursor(cursor, next, own && event.shiftKey ? (own.from ?? bucket) : null);
    return true;
  }
  if (event.key === "Enter" && shown) {
    if (shown.from !== null && shown.from !== shown.bucket) {
      zoom(cursor, shown.from, shown.bucket);
    } else {
      drillInChart(cursor, geometry, shown.bucket, null);
    }
    return true;
  }
  if (event.key === "Escape" && shown) {
    hideCursor();
    event.stopPropagation();
    return true;
  }
  return false;
}

document.addEventListener(
  "keydown",
  (event) => {
    const cursor = closest(event, ".cursor");
    const geometry = cursor && geometryOf(cursor);
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    if (geometry && !hasModifier && press(event, cursor, geometry)) {
      event.preventDefault();
    }
  },
  true,
);

document.addEventListener("focusout", (event) => {
  if (closest(event, ".cursor") && !isMenuOpen()) {
    hideCursor();
  }
});
