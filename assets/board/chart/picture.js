// @ts-check
// A chart as an image: what is drawn, under its title, dates, and legend.
/** @import { Layout, Meta, Plot, Trace, TraceStyle } from "../../types" */

import { embed } from "../page/handover.js";
import { word } from "../page/island.js";
import { get, make } from "../page/page.js";
import { toast } from "../page/toast.js";
import { save } from "../panel/files.js";
import { shownTexts } from "./axis-labels.js";
import { metaOf } from "./plot.js";

const SCALE = 2;
const EDGE = 24;
const HEAD = 64;

/** @typedef {{ width: number, height: number }} Size */

/**
 * A value of the stylesheet.
 * @param {string} name
 */
function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * @param {HTMLElement} panel
 * @param {Plot} plot
 */
export async function savePicture(panel, plot) {
  const size = { width: plot.clientWidth, height: plot.clientHeight };
  const figure = {
    data: plot.data.map((trace) => inShownColors(panel, trace)),
    layout: layoutOf(plot),
  };
  try {
    const options = { format: /** @type {const} */ ("png"), ...size, scale: SCALE };
    const chart = await load(await window.Plotly.toImage(figure, options));
    const title = get("h2", panel).textContent;
    compose(panel, chart, size).toBlob((blob) => blob && save(blob, `${title}.png`));
  } catch {
    toast(word("notLoaded"));
  }
}

/**
 * The layout with the colors of the stylesheet, which does not reach an image.
 * @param {Plot} plot
 */
function layoutOf(plot) {
  /** @type {Layout} */
  const layout = JSON.parse(JSON.stringify(plot.layout));
  const own = {
    gridcolor: token("--chart-grid"),
    linecolor: token("--chart-axis"),
    tickfont: { size: 11, color: token("--chart-text") },
  };
  const xaxis = { ...layout.xaxis, ...own, ticktext: shownTexts(plot) };
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
 * @param {HTMLElement} panel
 * @param {HTMLImageElement} chart
 * @param {Size} size
 */
function compose(panel, chart, { width, height }) {
  const canvas = make("canvas");
  canvas.width = (width + 2 * EDGE) * SCALE;
  canvas.height = (height + HEAD + 2 * EDGE) * SCALE;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const meta = metaOf(/** @type {Plot} */ (get(".js-plotly-plot", panel)));
  pen.scale(SCALE, SCALE);
  pen.fillStyle = token("--surface");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = token("--ink");
  pen.font = `600 16px ${token("--font")}`;
  pen.fillText(get("h2", panel).textContent ?? "", EDGE, EDGE + 14, width);
  pen.fillStyle = token("--ink-2");
  pen.font = `12px ${token("--font")}`;
  pen.fillText([get("#dates").textContent, meta?.zone].join(" · "), EDGE, EDGE + 34, width);
  drawLegend(pen, panel, meta);
  pen.drawImage(chart, EDGE, EDGE + HEAD, width, height);
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {HTMLElement} panel
 * @param {Meta | null} meta
 */
function drawLegend(pen, panel, meta) {
  const y = EDGE + 54;
  let x = EDGE;
  for (const { name, color } of meta?.series ?? []) {
    pen.fillStyle = shownColor(panel, color);
    pen.fillRect(x, y - 8, 8, 8);
    pen.fillStyle = token("--ink-2");
    pen.fillText(name, x + 14, y);
    x += 14 + pen.measureText(name).width + 16;
  }
}

// -- Colors: the theme of an embedded board replaces those of figures --------------------------------------

/**
 * @param {HTMLElement} panel
 * @param {string} color
 */
const shownColor = (panel, color) => embed?.shownColor(panel, color) ?? color;

/**
 * A copy of a trace in the colors that a viewer sees.
 * @param {HTMLElement} panel
 * @param {Trace} trace
 * @returns {Trace}
 */
function inShownColors(panel, trace) {
  /**
   * @param {unknown} color
   * @returns {unknown}
   */
  const shown = (color) => {
    if (Array.isArray(color)) {
      return color.map(shown);
    }
    return typeof color === "string" ? shownColor(panel, color) : color;
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
