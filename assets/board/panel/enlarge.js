// @ts-check
// Enlarges a panel over the page. The rest of the page is inert meanwhile. A number card is enlarged as the
// chart of its metric.

import { refitBars } from "../chart/bars.js";
import { fitGrid } from "../chart/grid-lines.js";
import { plotIn } from "../chart/plot.js";
import { iconButton } from "../page/icon-button.js";
import { word } from "../page/island.js";
import { all, find, get, panels } from "../page/page.js";
import { closeSheet } from "../page/sheet.js";
import { drawn, enlarged, opened, shrunk } from "../page/signals.js";
import { go, parameters, replaceSearch, set } from "../view/navigation.js";
import { chartFor, metricOf } from "./metric.js";

const BUTTON = "[data-do=menu]";
const CROSS = ".ph > .shrink";

/** Where the focus was before. @type {Element | null} */
let origin = null;

/** What the chart showed before a card was enlarged: `metric` in the URL. @type {string | null} */
let metricBefore = null;

/** Whether a panel has more to show when it is large. A number without a chart does not. @param {HTMLElement} panel */
export const canEnlarge = (panel) => !find(".val", panel) || chartFor(panel) !== null;

/** @param {HTMLElement} panel */
export function enlarge(panel) {
  const chart = chartFor(panel);
  if (chart) {
    metricBefore = parameters().get("metric") ?? "";
    makeLarge(chart, metricOf(panel));
  } else {
    makeLarge(panel, null);
  }
}

/**
 * @param {HTMLElement} panel
 * @param {string | null} metric that it shows from now on, null if that stays
 */
function makeLarge(panel, metric) {
  closeSheet();
  origin = document.activeElement;
  panel.dataset.large = "true";
  setInertAround(panel, true);
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  setInUrl(panel.dataset.panel ?? "", metric);
  fitChart(panel);
  const cross = iconButton("x", word("small"), shrink, "shrink");
  get(".ph", panel).append(cross);
  cross.focus();
  enlarged.emit(panel);
}

/** Put the large panel back, if there is one. */
export function shrink() {
  const panel = find("[data-large]");
  if (!panel) {
    return;
  }
  delete panel.dataset.large;
  panel.removeAttribute("role");
  panel.removeAttribute("aria-modal");
  setInertAround(panel, false);
  for (const cross of all(CROSS, panel)) {
    cross.remove();
  }
  setInUrl("", metricBefore);
  metricBefore = null;
  fitChart(panel);
  focusAgain(panel);
  shrunk.emit(panel);
}

/**
 * Return the focus to where it was, or to the panel's menu if a refresh has replaced that.
 * @param {HTMLElement} panel
 */
function focusAgain(panel) {
  const isThere = origin instanceof HTMLElement && origin.isConnected && origin !== document.body;
  const target = isThere ? /** @type {HTMLElement} */ (origin) : get(BUTTON, panel);
  target.focus({ preventScroll: isThere });
  origin = null;
}

/**
 * @param {HTMLElement} panel
 * @param {boolean} isInert
 */
function setInertAround(panel, isInert) {
  /** @type {HTMLElement | null} */
  let part = panel;
  while (part?.parentElement && part !== document.body) {
    for (const other of part.parentElement.children) {
      if (other !== part && other.id !== "toast" && other instanceof HTMLElement) {
        other.inert = isInert;
      }
    }
    part = part.parentElement;
  }
  document.documentElement.classList.toggle("has-large", isInert);
}

/**
 * Draw the chart of a panel at its new size.
 * @param {HTMLElement} panel
 */
export function fitChart(panel) {
  const plot = plotIn(panel);
  if (plot) {
    requestAnimationFrame(() => {
      window.Plotly.Plots.resize(plot);
      refitBars(plot);
      fitGrid(plot);
    });
  }
}

/**
 * Put the large panel into the URL, so that a link opens it large. Requests numbers only for another metric.
 * @param {string} slug
 * @param {string | null} metric
 */
function setInUrl(slug, metric) {
  const changed = parameters();
  set(changed, "panel", slug);
  if (metric === null || metric === (changed.get("metric") ?? "")) {
    replaceSearch(changed);
    return;
  }
  go((params) => {
    set(params, "panel", slug);
    set(params, "metric", metric);
  });
}

drawn.on(() => {
  const panel = find("[data-large]");
  const plot = panel && plotIn(panel);
  if (plot) {
    fitGrid(plot);
  }
});

opened.on(() => {
  const slug = parameters().get("panel");
  const panel = panels().find((panel) => panel.dataset.panel === slug);
  if (panel && !panel.dataset.large) {
    enlarge(panel);
  }
});
