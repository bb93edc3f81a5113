// @ts-check
// Number cards choose what the large chart shows. The chart's panel has `data-title` and `data-own`, its own
// title and the card that shows the same metric.

import { shown } from "../page/island.js";
import { isEditing } from "../page/modes.js";
import { all, closest, find, get, panels } from "../page/page.js";
import { opened, refreshed } from "../page/signals.js";
import { goTo, parameters } from "../view/navigation.js";

const CARD = "[data-do=metric]";
const INTERACTIVE = "a, button, summary, input, [role=menu]";

const chart = () => panels().find((panel) => panel.dataset.title !== undefined);
const buttons = () => /** @type {HTMLElement[]} */ (all(CARD));

/** @param {Element} inside */
const slugOf = (inside) =>
  /** @type {HTMLElement | null} */ (inside.closest("[data-panel]"))?.dataset.panel ?? "";

/**
 * The panel whose numbers a panel shows: for the large chart, the card that chose its metric.
 * @param {HTMLElement} panel
 */
export const numbersOf = (panel) =>
  (panel.dataset.title !== undefined && shown().metric) || (panel.dataset.panel ?? "");

/** The card with the number of a panel: for the large chart, that of the metric it shows. @param {HTMLElement} panel */
export const cardWith = (panel) =>
  panels().find(
    (card) => find(CARD, card) && slugOf(card) === (shown().metric || panel.dataset.own),
  ) ?? null;

/** The large chart, if it can show the number of a panel. @param {HTMLElement} panel */
export const chartFor = (panel) => (find(CARD, panel) && chart()) || null;

/** What `metric` is in the URL for a card, empty for the chart's own. @param {HTMLElement} card */
export const metricOf = (card) => (slugOf(card) === chart()?.dataset.own ? "" : slugOf(card));

/** @param {string} slug */
function choose(slug) {
  const large = chart();
  if (!large || isEditing()) {
    return;
  }
  const isChosen = slug === parameters().get("metric");
  goTo("metric", isChosen || slug === large.dataset.own ? "" : slug);
  const isQuiet = matchMedia("(prefers-reduced-motion: reduce)").matches;
  large.scrollIntoView({ block: "nearest", behavior: isQuiet ? "auto" : "smooth" });
}

document.addEventListener("click", (event) => {
  const { target } = event;
  const card = target instanceof Element && target.closest(".kpi[data-panel]");
  const button = card && find(CARD, card);
  if (!button || !(target instanceof Element)) {
    return;
  }
  const control = target.closest(INTERACTIVE);
  if (control === button || (!control && !getSelection()?.toString())) {
    choose(slugOf(button));
  }
});

document.addEventListener("keydown", (event) => {
  const number = event.altKey && /^Digit([1-9])$/.exec(event.code);
  const button = number && !closest(event, "dialog") && buttons()[Number(number[1]) - 1];
  if (button && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    choose(slugOf(button));
  }
});

/**
 * Give a panel another title, also in the names of its controls.
 * @param {HTMLElement} panel
 * @param {string} title
 */
function rename(panel, title) {
  const heading = get("h2", panel);
  const before = heading.textContent ?? "";
  if (before === title) {
    return;
  }
  heading.textContent = title;
  for (const element of [panel, ...all("[title], [aria-label]", panel)]) {
    for (const name of ["title", "aria-label"]) {
      const text = element.getAttribute(name);
      if (text?.includes(before)) {
        element.setAttribute(
          name,
          text.replace(before, () => title),
        );
      }
    }
  }
}

function show() {
  const large = chart();
  if (!large) {
    return;
  }
  const pressed = shown().metric || large.dataset.own;
  for (const button of buttons()) {
    button.setAttribute("aria-pressed", String(slugOf(button) === pressed));
  }
  const card = panels().find(({ dataset }) => dataset.panel === shown().metric);
  rename(large, (card && find(CARD, card)?.textContent) ?? large.dataset.title ?? "");
}

opened.on(show);
refreshed.on(show);
