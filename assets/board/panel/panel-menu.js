// @ts-check
// The menu of a panel: large, as a table, as a file, as a link.

/** @import { Plot } from "../../types" */
import { shownTexts } from "../chart/axis-labels.js";
import { plotIn } from "../chart/plot.js";
import { hasEvents, showAllEvents } from "../drill/drill.js";
import { hasWholeList, showWholeList } from "../drill/list-sheet.js";
import { moveFocus } from "../page/arrow-keys.js";
import { copy } from "../page/clipboard.js";
import { embed } from "../page/handover.js";
import { word } from "../page/island.js";
import { call } from "../page/lazy.js";
import { all, closest, find, get, make, panelOf } from "../page/page.js";
import { parameters } from "../view/navigation.js";
import { canEnlarge, enlarge, shrink } from "./enlarge.js";
import { download, save } from "./files.js";
import { showChart, showTable } from "./table.js";

const BUTTON = "[data-do=menu]";
const MENU = ".panel-menu";

/** A word, and what choosing it does. @typedef {[string, () => void]} Choice */

/** @param {boolean} isFocusReturned */
function close(isFocusReturned) {
  for (const menu of all(MENU)) {
    const button = get(BUTTON, /** @type {HTMLElement} */ (menu.parentNode));
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    if (isFocusReturned) {
      button.focus();
    }
  }
}

/** @param {HTMLElement} button */
function open(button) {
  const wasOpen = button.getAttribute("aria-expanded") === "true";
  close(false);
  if (wasOpen) {
    return;
  }
  const menu = make("div", "menu right panel-menu");
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", button.title);
  menu.append(...choices(panelOf(button)).map(item));
  button.parentNode?.append(menu);
  button.setAttribute("aria-expanded", "true");
  get("button", menu).focus();
}

/** @param {Choice} choice */
function item([name, choose]) {
  const button = make("button", "menu-i plain", word(name));
  button.type = "button";
  button.setAttribute("role", "menuitem");
  button.addEventListener("click", () => {
    close(true);
    choose();
  });
  return button;
}

/**
 * @param {HTMLElement} panel
 * @returns {Choice[]}
 */
function choices(panel) {
  const { large, table, state } = panel.dataset;
  const plot = state === "empty" ? null : plotIn(panel);
  /** @type {(Choice | null)[]} */
  const choices = [
    large ? ["small", shrink] : null,
    !large && canEnlarge(panel) ? ["large", () => enlarge(panel)] : null,
    plot && (table ? ["chart", () => showChart(panel)] : ["table", () => showTable(panel)]),
    hasWholeList(panel) ? ["wholeList", () => showWholeList(panel)] : null,
    state !== "empty" && hasEvents(panel) ? ["seeAll", () => showAllEvents(panel)] : null,
    ["csv", () => download(panel, "csv")],
    ["json", () => download(panel, "json")],
    plot && ["png", () => savePicture(panel, plot)],
    embed ? null : ["link", () => copy(linkTo(panel))],
  ];
  return choices.filter((choice) => choice !== null);
}

/**
 * @param {HTMLElement} panel
 * @param {Plot} plot
 */
function savePicture(panel, plot) {
  /** @param {string} color */
  const shownColor = (color) => embed?.shownColor(panel, color) ?? color;
  call("picture", { panel, plot, ticks: shownTexts(plot), shownColor, save });
}

/** @param {HTMLElement} panel */
function linkTo(panel) {
  const linked = parameters();
  linked.set("panel", panel.dataset.panel ?? "");
  return `${location.origin}${location.pathname}?${linked}`;
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} menu
 */
function moveIn(event, menu) {
  if (event.key === "Tab") {
    close(false);
  } else {
    moveFocus(event, all("button", menu));
  }
}

document.addEventListener("click", (event) => {
  const button = closest(event, BUTTON);
  if (button) {
    open(button);
    return;
  }
  if (!closest(event, MENU)) {
    close(false);
  }
  if (event.target instanceof Element && event.target.matches("html, body, main")) {
    shrink();
  }
});

document.addEventListener("keydown", (event) => {
  const menu = closest(event, MENU);
  if (menu) {
    moveIn(event, menu);
  }
  if (event.key === "Escape") {
    if (find(MENU)) {
      close(true);
    } else {
      shrink();
    }
  }
});
