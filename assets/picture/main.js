// @ts-check
// A chart as an image: what is drawn, under its title, dates, and legend.
/** @import { Layout, Plot, Trace, TraceStyle } from "../types" */
/** @import { ShownColor } from "./legend.js" */

import { metaOf } from "../board/chart/plot.js";
import { word } from "../board/page/island.js";
import { listen } from "../board/page/lazy.js";
import { get, make } from "../board/page/page.js";
import { toast } from "../board/page/toast.js";
import { drawLegend, LINE, legendLines, legendOf, TEXT_SIZE, token } from "./legend.js";

const SCALE = 2;
const EDGE = 24;
const HEAD = 64;

/** @typedef {{ width: number, height: number }} Size */

/**
 * What the board's script hands over: `ticks` are the texts below the time axis that are shown.
 * @typedef {object} Wanted
 * @property {HTMLElement} panel
 * @property {Plot} plot
 * @property {string[]} ticks
 * @property {ShownColor} shownColor
 * @property {(blob: Blob, name: string) => void} save
 */

/** @param {Wanted} wanted */
async function savePicture(wanted) {
  const { panel, plot, ticks, shownColor, save } = wanted;
  const size = { width: plot.clientWidth, height: plot.clientHeight };
  const figure = {
    data: plot.data.map((trace) => inShownColors(shownColor, trace)),
    layout: layoutOf(plot, ticks),
  };
  try {
    const options = { format: /** @type {const} */ ("png"), ...size, scale: SCALE };
    const chart = await load(await window.Plotly.toImage(figure, options));
    const title = get("h2", panel).textContent;
    compose(wanted, chart, size).toBlob((blob) => blob && save(blob, `${title}.png`));
  } catch {
    toast(word("notLoaded"));
  }
}

/**
 * The layout with the colors of the stylesheet, which does not reach an image.
 * @param {Plot} plot
 * @param {string[]} ticks
 */
function layoutOf(plot, ticks) {
  /** @type {Layout} */
  const layout = JSON.parse(JSON.stringify(plot.layout));
  const own = {
    gridcolor: token("--chart-grid"),
    linecolor: token("--chart-axis"),
    tickfont: { size: 11, color: token("--chart-text") },
  };
  const xaxis = { ...layout.xaxis, ...own, ticktext: ticks };
  return { ...layout, xaxis, yaxis: { ...layout.yaxis, ...own } };
}

/**
 * @param {string} url
 * @returns {Promise<HTMLImageElement>}
 */
function load(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}

/**
 * @param {Wanted} wanted
 * @param {HTMLImageElement} chart
 * @param {Size} size
 */
function compose({ panel, plot, shownColor }, chart, { width, height }) {
  const canvas = make("canvas");
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const meta = metaOf(plot);
  const lines = legendLines(pen, legendOf(panel, meta, shownColor), width);
  const head = HEAD + LINE * Math.max(lines.length - 1, 0);
  canvas.width = (width + 2 * EDGE) * SCALE;
  canvas.height = (height + head + 2 * EDGE) * SCALE;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = token("--surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = token("--ink");
  pen.font = `600 16px ${token("--font")}`;
  pen.fillText(get("h2", panel).textContent ?? "", EDGE, EDGE + 14, width);
  pen.fillStyle = token("--ink-2");
  pen.font = `${TEXT_SIZE} ${token("--font")}`;
  pen.fillText([get("#dates").dataset.print, meta?.zone].join(" · "), EDGE, EDGE + 34, width);
  lines.forEach((line, n) => {
    drawLegend(pen, line, EDGE + 54 + LINE * n, EDGE);
  });
  pen.drawImage(chart, EDGE, EDGE + head, width, height);
  return canvas;
}

/**
 * A copy of a trace in the colors that a viewer sees.
 * @param {ShownColor} shownColor
 * @param {Trace} trace
 * @returns {Trace}
 */
function inShownColors(shownColor, trace) {
  /**
   * @param {unknown} color
   * @returns {unknown}
   */
  const shown = (color) => {
    if (Array.isArray(color)) {
      return color.map(shown);
    }
    return typeof color === "string" ? shownColor(color) : color;
  };
  /**
   * @param {TraceStyle} style
   * @returns {TraceStyle}
   */
  const restyled = (style) => ({
    ...style,
    ...(style.color !== undefined && { color: shown(style.color) }),
    ...(style.line && { line: restyled(style.line) }),
  });
  return {
    ...trace,
    ...(trace.line && { line: restyled(trace.line) }),
    ...(trace.marker && { marker: restyled(trace.marker) }),
  };
}

listen("picture", savePicture);
