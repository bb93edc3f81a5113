// @ts-check
// Marks the part whose menu is open: it has a ring, and what is around it fades.
/** @import { Series } from "../../types" */
/** @import { Geometry } from "../chart/plot.js" */
import { all, get, make } from "../page/page.js";

const DOT = 8; // pixels: half of the mark on a line

/**
 * Mark a bucket of a chart, or one of its series there. Returns what removes the mark.
 * @param {HTMLElement} chart
 * @param {Geometry} geometry
 * @param {number} bucket
 * @param {Series | null} series
 */
export function markInChart(chart, geometry, bucket, series) {
  const box = boxOf(geometry, bucket, series);
  const mark = make("i", geometry.isBars || !series ? "drill-part" : "drill-part dot");
  for (const [name, value] of Object.entries(box)) {
    mark.style.setProperty(name, `${value}px`);
  }
  if (geometry.isBars && series) {
    const shown = all(".barlayer .trace", geometry.plot)[geometry.meta.series.indexOf(series)];
    const bar = shown && all(".point path", shown)[0];
    mark.style.background = (bar && getComputedStyle(bar).fill) || series.color;
  }
  chart.dataset.drill = geometry.isBars && series ? "part" : "place";
  get(".plot", chart).after(mark);
  return () => {
    mark.remove();
    delete chart.dataset.drill;
  };
}

/**
 * @param {Geometry} geometry
 * @param {number} bucket
 * @param {Series | null} series
 */
function boxOf(geometry, bucket, series) {
  const { xOf, yOf, width, count, isBars, meta, plot, top, height } = geometry;
  const value = series?.values[bucket] ?? 0;
  if (series && !isBars) {
    return { left: xOf(bucket) - DOT, top: yOf(value) - DOT, width: 2 * DOT, height: 2 * DOT };
  }
  const slot = width / count;
  const size = isBars ? slot * (1 - (plot.layout.bargap ?? 0)) : slot;
  const left = xOf(bucket) - size / 2;
  if (!series) {
    return { left, top, width: size, height };
  }
  let base = 0;
  for (const other of meta.series.slice(0, meta.series.indexOf(series))) {
    const size = other.values[bucket] ?? 0;
    base += size < 0 === value < 0 ? size : 0;
  }
  const [first, last] = [yOf(base), yOf(base + value)];
  return { left, top: Math.min(first, last), width: size, height: Math.abs(first - last) };
}

/**
 * Mark a row of a list, a cell, or an entry of a legend. Returns what removes the mark.
 * @param {HTMLElement} element
 */
export function markElement(element) {
  const around = element.closest("table, .legend, .ends");
  element.dataset.drilled = "true";
  around?.setAttribute("data-drill", "part");
  return () => {
    delete element.dataset.drilled;
    around?.removeAttribute("data-drill");
  };
}
