// @ts-check
// The controls above the panels. Each changes the URL, which decides what the board shows.

import { copy } from "../page/clipboard.js";
import { shown } from "../page/island.js";
import { all, closest } from "../page/page.js";
import { closePopups } from "../page/popups.js";
import { refreshed } from "../page/signals.js";
import { chooseFilter, removeAllFilters, removeFilter } from "../panel/filters.js";
import { applyDates } from "../time/dates.js";
import { chooseRate, updateTimer } from "./auto-refresh.js";
import { go } from "./navigation.js";
import { refresh } from "./refresh.js";

/** @typedef {"earlier" | "later"} Direction */

/** @param {Direction} direction */
function step(direction) {
  const range = shown()[direction];
  if (range) {
    go((changed) => {
      for (const [name, value] of Object.entries(range)) {
        if (value) {
          changed.set(name, value);
        } else {
          changed.delete(name);
        }
      }
    });
  }
}

// Rows and legend entries have menus instead: drill.js
const CONTROLS = "[data-do],[data-rate],[data-filter]:not(.row-do,.legend-do),[data-unfilter]";

/** What buttons do, by their `data-do`. @type {Record<string, () => void>} */
const ACTIONS = {
  earlier: () => step("earlier"),
  later: () => step("later"),
  custom: applyDates,
  refresh,
  unfilter: removeAllFilters,
  copy: () => copy(location.href),
};

document.addEventListener("click", (event) => {
  const { dataset } = closest(event, CONTROLS) ?? {};
  if (dataset?.filter) {
    chooseFilter(dataset.filter);
  } else if (dataset?.unfilter) {
    removeFilter(dataset.unfilter);
  } else if (dataset?.rate) {
    closePopups();
    chooseRate(dataset.rate);
  } else if (dataset?.do && Object.hasOwn(ACTIONS, dataset.do)) {
    ACTIONS[dataset.do]();
  }
});

// After each refresh, because Back or a link may have changed the URL.
refreshed.on(() => {
  const range = shown();
  for (const direction of /** @type {Direction[]} */ (["earlier", "later"])) {
    for (const button of all(`[data-do=${direction}]`)) {
      /** @type {HTMLButtonElement} */ (button).disabled = !range[direction];
    }
  }
  updateTimer();
});
