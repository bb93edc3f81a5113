// @ts-check
// Charts under the pointer: moving reads numbers, dragging zooms, a click on a series filters by it.
/** @import { Geometry } from "./plot.js" */

import { closest } from "../page/page.js";
import { drawn } from "../page/signals.js";
import { chooseFilter } from "../panel/filters.js";
import { hideCursor, showCursor, shownCursor } from "./cursor.js";
import { geometryOf } from "./plot.js";
import { canZoom, zoom } from "./zoom.js";

const NEAR = 14; // pixels: this close to a line counts as on it
const DRAG = 8; // pixels: a longer movement within one bucket is a drag

/**
 * The current press of the button: where it began, and whether it has become a drag.
 * @type {{ cursor: HTMLElement, bucket: number, x: number, canZoom: boolean, isDrag: boolean } | null}
 */
let press = null;

/**
 * The series that is drawn at a height: a part of a bar, or a line close by.
 * @param {Geometry} geometry
 * @param {number} bucket
 * @param {number} y
 */
function seriesAt(geometry, bucket, y) {
  const value = geometry.valueAt(y);
  let top = 0;
  for (const series of geometry.meta.series) {
    const own = series.values[bucket];
    if (!geometry.isBars && Math.abs(geometry.yOf(own) - y) <= NEAR) {
      return series;
    }
    if (geometry.isBars && value >= top && value < top + own) {
      return series;
    }
    top += own;
  }
  return null;
}

/**
 * @param {PointerEvent} event
 * @param {HTMLElement} cursor
 */
function pointIn(event, cursor) {
  const box = cursor.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

document.addEventListener("pointermove", (event) => {
  const cursor = press?.cursor ?? closest(event, ".cursor");
  if (!cursor) {
    if (shownCursor() && document.activeElement !== shownCursor()?.element) {
      hideCursor();
    }
    return;
  }
  const geometry = geometryOf(cursor);
  if (geometry) {
    move(event, cursor, geometry);
  }
});

/**
 * @param {PointerEvent} event
 * @param {HTMLElement} cursor
 * @param {Geometry} geometry
 */
function move(event, cursor, geometry) {
  const { x, y } = pointIn(event, cursor);
  const bucket = geometry.bucketAt(x);
  const hasMoved = press && (bucket !== press.bucket || Math.abs(event.clientX - press.x) > DRAG);
  if (press?.canZoom && hasMoved) {
    press.isDrag = true;
    showCursor(cursor, bucket, press.bucket);
  } else {
    const shown = shownCursor();
    if (press || shown?.element !== cursor || shown.bucket !== bucket) {
      showCursor(cursor, bucket);
    }
  }
  const series = event.pointerType === "mouse" ? seriesAt(geometry, bucket, y) : null;
  cursor.style.cursor = series?.filter ? "pointer" : "";
}

document.addEventListener("pointerdown", (event) => {
  const cursor = closest(event, ".cursor");
  const geometry = cursor && geometryOf(cursor);
  if (!geometry || event.button !== 0) {
    return;
  }
  const isTouch = event.pointerType === "touch";
  const bucket = geometry.bucketAt(pointIn(event, cursor).x);
  // On touch screens, moving reads numbers; viewers zoom with the form for dates.
  press = { cursor, bucket, x: event.clientX, canZoom: !isTouch && canZoom(), isDrag: false };
  if (isTouch) {
    showCursor(cursor, bucket);
  }
});

document.addEventListener("pointerup", (event) => {
  const ended = press;
  press = null;
  const geometry = ended && geometryOf(ended.cursor);
  const shown = shownCursor();
  if (ended?.isDrag && shown) {
    zoom(ended.cursor, ended.bucket, shown.bucket);
  } else if (geometry && event.pointerType !== "touch") {
    const series = seriesAt(geometry, ended.bucket, pointIn(event, ended.cursor).y);
    if (series?.filter) {
      chooseFilter(series.filter);
    }
  }
});

document.addEventListener("pointercancel", () => {
  press = null;
});

// Update an open card when new numbers arrive.
drawn.on(() => {
  const shown = shownCursor();
  if (shown && !press) {
    showCursor(shown.element, shown.bucket);
  }
});
