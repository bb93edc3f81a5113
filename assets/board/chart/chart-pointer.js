// @ts-check
// Charts under the pointer: moving reads numbers, dragging zooms, a click or a tap opens the menu of a part.
/** @import { Value } from "../../types" */
/** @import { Geometry } from "./plot.js" */

import { drillInChart } from "../drill/drill.js";
import { isMenuOpen } from "../page/floating-menu.js";
import { closest, panelOf } from "../page/page.js";
import { drawn } from "../page/signals.js";
import { chooseFilter } from "../panel/filters.js";
import { cardOf, point } from "./card.js";
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
  const isAt = geometry.isBars ? partAt(geometry.valueAt(y)) : lineAt(geometry, y);
  return geometry.meta.series.find(({ values }) => isAt(values[bucket])) ?? null;
}

/**
 * Whether a part of a bar is at a value. Parts below zero are stacked downwards.
 * @param {number} value
 */
function partAt(value) {
  let [top, bottom] = [0, 0];
  /** @param {Value} own */
  return (own) => {
    const size = own ?? 0;
    const [low, high] = size < 0 ? [bottom + size, bottom] : [top, top + size];
    bottom += Math.min(size, 0);
    top += Math.max(size, 0);
    return value >= low && value < high;
  };
}

/**
 * @param {Geometry} geometry
 * @param {number} y
 */
const lineAt =
  (geometry, y) =>
  /** @param {Value} own */
  (own) =>
    own !== null && Math.abs(geometry.yOf(own) - y) <= NEAR;

/**
 * @param {PointerEvent} event
 * @param {HTMLElement} cursor
 */
function pointIn(event, cursor) {
  const box = cursor.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

document.addEventListener("pointermove", (event) => {
  if (isMenuOpen()) {
    return;
  }
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
  cursor.style.cursor = series ? "pointer" : "";
  point(cardOf(panelOf(cursor)), series ? geometry.meta.series.indexOf(series) : -1);
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
  } else if (geometry && isClick(event, ended, geometry)) {
    const series = seriesAt(geometry, ended.bucket, pointIn(event, ended.cursor).y);
    if (series?.filter && (event.ctrlKey || event.metaKey)) {
      chooseFilter(series.filter);
    } else {
      const at = { x: event.clientX, y: event.clientY };
      drillInChart(ended.cursor, geometry, ended.bucket, series, at);
    }
  }
});

/**
 * Whether the pointer is where it was pressed.
 * @param {PointerEvent} event
 * @param {NonNullable<typeof press>} ended
 * @param {Geometry} geometry
 */
function isClick(event, ended, geometry) {
  const { x } = pointIn(event, ended.cursor);
  return geometry.bucketAt(x) === ended.bucket && Math.abs(event.clientX - ended.x) <= DRAG;
}

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
