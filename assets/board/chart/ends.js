// @ts-check
// Names at the ends of lines, instead of a legend, where a chart has room for them. Together they are
// one tab stop: the arrow keys move between those that filter.
/** @import { Figure, Layout, Meta, Plot, Series, Value } from "../../types" */
/** @import { Geometry } from "./plot.js" */
import { shown } from "../page/island.js";
import { all, closest, find, make, panelOf } from "../page/page.js";
import { drawn } from "../page/signals.js";
import { geometryIn, plots } from "./plot.js";

const NARROWEST = 400; // pixels of the plot
const LINE = 15; // pixels: the height of a name
const MOST = 0.6; // of the plot's height
const MARGIN = 104; // pixels right of the lines
const NO_ENDS = 18; // the right margin of other charts
const GAP = 6; // pixels between a line and its name

/**
 * Whether the names of a chart have room at the ends of its lines. On paper, the legend names them, and where
 * fingers would hit the wrong one.
 * @param {HTMLElement} plot
 * @param {Layout | undefined} layout
 */
function hasRoom(plot, layout) {
  const { meta, margin } = layout ?? {};
  const isPaper = document.documentElement.classList.contains("printing");
  if (!meta?.ends || !margin || isPaper || matchMedia("(pointer: coarse)").matches) {
    return false;
  }
  const width = plot.clientWidth - margin.l - MARGIN;
  const height = plot.clientHeight - margin.t - margin.b;
  return width >= NARROWEST && LINE * meta.series.length <= MOST * height;
}

/**
 * Set the right margin of a figure before it is drawn.
 * @param {HTMLElement} plot
 * @param {Figure | undefined} figure
 */
export function fitEnds(plot, figure) {
  const layout = figure?.layout;
  if (layout?.meta?.ends && layout.margin) {
    layout.margin.r = marginOf(plot, layout);
  }
}

/**
 * The right margin of a chart at its current size.
 * @param {HTMLElement} plot
 * @param {Layout} layout
 */
export const marginOf = (plot, layout) => (hasRoom(plot, layout) ? MARGIN : NO_ENDS);

/**
 * The number that a name stands next to: the last one of the series. A bucket that has just begun would bring
 * all names together at the bottom, so that only complete ones count, if there are any.
 * @param {Series} series
 * @param {string[]} edges
 */
function endOf({ values }, edges) {
  const isComplete = Date.parse(edges[values.length]) <= Date.parse(shown().asOf);
  const complete = isComplete ? values : values.slice(0, -1);
  /** @param {Value} value */
  const isNumber = (value) => value !== null;
  return complete.findLast(isNumber) ?? values.findLast(isNumber) ?? null;
}

/**
 * Positions at least LINE apart, in ascending order, that are shifted as little as possible: names that
 * touch become a group around the mean of where they belong.
 * @param {number[]} wanted in ascending order
 * @param {number} top
 * @param {number} bottom
 */
export function apart(wanted, top, bottom) {
  /** @type {{ sum: number, count: number, first: number }[]} */
  const groups = [];
  const height = (/** @type {number} */ count) => (count - 1) * LINE;
  const place = (/** @type {{ sum: number, count: number }} */ { sum, count }) =>
    Math.max(top, Math.min(bottom - height(count), sum / count - height(count) / 2));
  for (const y of wanted) {
    let group = { sum: y, count: 1, first: place({ sum: y, count: 1 }) };
    for (let last = groups.at(-1); last; last = groups.at(-1)) {
      if (last.first + last.count * LINE <= group.first) {
        break;
      }
      groups.pop();
      const joined = { sum: last.sum + group.sum, count: last.count + group.count };
      group = { ...joined, first: place(joined) };
    }
    groups.push(group);
  }
  return groups.flatMap(({ first, count }) =>
    Array.from({ length: count }, (_, n) => first + n * LINE),
  );
}

/**
 * A name; if its series can be filtered by, a button that does so.
 * @param {Series} series
 */
function nameOf({ name, color, filter }) {
  const element = make(filter ? "button" : "span", "legend-do");
  const mark = make("i", "k-line");
  mark.style.background = color;
  element.append(mark, make("span", "end-name", name));
  element.title = name;
  if (filter) {
    element.dataset.filter = filter;
    element.setAttribute("aria-haspopup", "menu");
    element.setAttribute("type", "button");
    element.tabIndex = -1;
  }
  return element;
}

/**
 * @param {Geometry} geometry
 * @param {Meta} meta
 */
function namesOf(geometry, { series, edges }) {
  const ends = series.flatMap((one) => {
    const end = endOf(one, edges);
    return end === null ? [] : [{ one, y: geometry.yOf(end) }];
  });
  ends.sort((a, b) => a.y - b.y);
  const bottom = geometry.top + geometry.height;
  const places = apart(
    ends.map(({ y }) => y),
    geometry.top,
    bottom,
  );
  return ends.map(({ one }, n) => {
    const name = nameOf(one);
    name.style.left = `${geometry.left + geometry.width + GAP}px`;
    name.style.top = `${places[n]}px`;
    return name;
  });
}

/** @param {Plot} plot */
function show(plot) {
  const panel = panelOf(plot);
  const chart = plot.closest(".chart");
  const geometry = geometryIn(plot);
  const isShown = Boolean(geometry && hasRoom(plot, plot.layout));
  panel.toggleAttribute("data-ends", isShown);
  const frame = chart && (find(":scope > .ends", chart) ?? chart.appendChild(make("div", "ends")));
  if (frame) {
    const focused = find(":focus", frame)?.dataset.filter;
    frame.replaceChildren(...(isShown && geometry ? namesOf(geometry, geometry.meta) : []));
    const buttons = all("button", frame);
    frame.tabIndex = buttons.length ? 0 : -1;
    frame.setAttribute("role", buttons.length ? "toolbar" : "group");
    frame.setAttribute("aria-label", panel.getAttribute("aria-label") ?? "");
    buttons.find(({ dataset }) => dataset.filter === focused)?.focus();
  }
}

document.addEventListener("keydown", (event) => {
  const frame = closest(event, ".ends");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (frame && step) {
    const buttons = all("button", frame);
    const index = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    buttons[index + step]?.focus();
    event.preventDefault();
  }
});

/** @param {Plot} plot */
function refit(plot) {
  if (!plot.clientWidth || !plot.closest("[data-panel]")) {
    return; // not shown, or a preview in the editor
  }
  if (!plot.layout?.meta?.ends) {
    if (panelOf(plot).hasAttribute("data-ends")) {
      show(plot); // the figure before had names, and this one has none
    }
  } else if (plot.layout.margin?.r === marginOf(plot, plot.layout)) {
    show(plot);
  } else {
    window.Plotly.relayout(plot, { "margin.r": marginOf(plot, plot.layout) });
  }
}

drawn.on(() => plots().forEach(refit));
