// @ts-check
// Enlarges a panel over the page. The rest of the page is inert meanwhile.

import { plotIn } from "../chart/plot.js";
import { find, get, panels } from "../page/page.js";
import { closeSheet } from "../page/sheet.js";
import { opened } from "../page/signals.js";
import { parameters, searchOf } from "../view/navigation.js";

const BUTTON = "[data-do=menu]";

/** @param {HTMLElement} panel */
export function enlarge(panel) {
  closeSheet();
  panel.dataset.large = "true";
  setInertAround(panel, true);
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-modal", "true");
  setPanelInUrl(panel.dataset.panel ?? null);
  fitChart(panel);
  get(BUTTON, panel).focus();
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
  setPanelInUrl(null);
  fitChart(panel);
  get(BUTTON, panel).focus();
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
