// @ts-check
// Enlarges a panel over the page. The rest of the page is inert meanwhile.

import { plotIn } from "../chart/plot.js";
import { iconButton } from "../page/icon-button.js";
import { word } from "../page/island.js";
import { all, find, get, panels } from "../page/page.js";
import { closeSheet } from "../page/sheet.js";
import { enlarged, opened, shrunk } from "../page/signals.js";
import { parameters, searchOf } from "../view/navigation.js";

const BUTTON = "[data-do=menu]";
const CROSS = ".ph > .shrink";

/** Where the focus was before. @type {Element | null} */
let origin = null;

/** @param {HTMLElement} panel */
export function enlarge(panel) {
  closeSheet();
  origin = document.activeElement;
  panel.dataset.large = "true";
  setInertAround(panel, true);
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  setPanelInUrl(panel.dataset.panel ?? null);
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
  setPanelInUrl(null);
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
    requestAnimationFrame(() => window.Plotly.Plots.resize(plot));
  }
}

/**
 * Put the large panel into the URL, so that a link opens it large. Does not request numbers.
 * @param {string | null} slug
 */
function setPanelInUrl(slug) {
  const changed = parameters();
  if (slug) {
    changed.set("panel", slug);
  } else {
    changed.delete("panel");
  }
  history.replaceState(history.state, "", location.pathname + searchOf(changed));
}

opened.on(() => {
  const slug = parameters().get("panel");
  const panel = panels().find((panel) => panel.dataset.panel === slug);
  if (panel && !panel.dataset.large) {
    enlarge(panel);
  }
});
