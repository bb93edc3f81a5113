// @ts-check
// The legend of an image, drawn from that of the panel: series, the compared range, the target, and marks.
/** @import { Meta } from "../types" */
import { all, find } from "../board/page/page.js";

export const LINE = 18; // pixels: the height of a line
export const TEXT_SIZE = "12px";
const MARK = 12; // pixels: the width of a mark
const GAP = 6; // between a mark and its name
const APART = 16; // between two entries

/** The color that a viewer sees: the theme of an embedded board replaces those of figures. @typedef {(color: string) => string} ShownColor */

/** @typedef {{ name: string, mark: string, color: string, opacity: number }} Entry `mark` are CSS classes */

/**
 * A value of the stylesheet, which does not reach an image.
 * @param {string} name
 */
export const token = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * @param {HTMLElement} panel
 * @param {Meta | null} meta
 * @param {ShownColor} shownColor
 * @returns {Entry[]}
 */
export function legendOf(panel, meta, shownColor) {
  const items = all(".legend li", panel);
  return items.length
    ? items.map((item) => entryOf(item, shownColor))
    : (meta?.series ?? []).map(({ name, color }) => ({
        name,
        mark: "k-box",
        color: shownColor(color),
        opacity: 1,
      }));
}

/**
 * @param {HTMLElement} item
 * @param {ShownColor} shownColor
 * @returns {Entry}
 */
function entryOf(item, shownColor) {
  const mark = find("i", item);
  const style = mark && getComputedStyle(mark);
  return {
    name: item.textContent?.trim() ?? "",
    mark: mark?.className ?? "",
    color: mark?.style.background ? shownColor(mark.style.background) : token("--ink-2"),
    opacity: Number(style?.opacity ?? 1),
  };
}

/**
 * The entries in lines that are not wider than the image.
 * @param {CanvasRenderingContext2D} pen
 * @param {Entry[]} entries
 * @param {number} width
 */
export function legendLines(pen, entries, width) {
  pen.font = `${TEXT_SIZE} ${token("--font")}`;
  /** @type {Entry[][]} */
  const lines = [];
  let room = 0;
  for (const entry of entries) {
    const needed = MARK + GAP + pen.measureText(entry.name).width;
    if (needed > room) {
      lines.push([]);
      room = width;
    }
    lines.at(-1)?.push(entry);
    room -= needed + APART;
  }
  return lines;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Entry[]} entries
 * @param {number} y of the text
 * @param {number} x
 */
export function drawLegend(pen, entries, y, x) {
  let left = x;
  for (const entry of entries) {
    drawMark(pen, entry, left, y - 4);
    pen.fillStyle = token("--ink-2");
    pen.fillText(entry.name, left + MARK + GAP, y);
    left += MARK + GAP + pen.measureText(entry.name).width + APART;
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Entry} entry
 * @param {number} x
 * @param {number} y of the middle
 */
function drawMark(pen, { mark, color, opacity }, x, y) {
  const classes = mark.split(" ");
  const middle = x + MARK / 2;
  pen.globalAlpha = opacity;
  pen.fillStyle = color;
  if (classes.includes("k-box")) {
    pen.fillRect(x + 2, y - 4, 8, 8);
  } else if (classes.includes("k-target")) {
    for (const at of [0, 5, 10]) {
      pen.fillRect(x + at, y - 0.5, 3, 1);
    }
  } else if (classes.includes("k-mark")) {
    pen.beginPath();
    if (classes.includes("circle")) {
      pen.arc(middle, y, 3, 0, 2 * Math.PI);
    } else {
      pen.moveTo(middle, y - 5);
      pen.lineTo(middle + 5, y);
      pen.lineTo(middle, y + 5);
      pen.lineTo(middle - 5, y);
    }
    pen.fill();
  } else {
    pen.fillRect(x, y - 1, MARK, 2);
  }
  pen.globalAlpha = 1;
}
