// @ts-check
// The board's filters, which the menus of parts choose and remove. The page does not move.
import { limits } from "../page/island.js";
import { all, find, get, panels } from "../page/page.js";
import { refreshed } from "../page/signals.js";
import { go, parameters } from "../view/navigation.js";

const chosenFilters = () => parameters().getAll("filter");

/**
 * Add a filter to the board, or remove it if it is already chosen.
 * @param {string} filter
 */
export function chooseFilter(filter) {
  const chosen = chosenFilters();
  if (chosen.includes(filter)) {
    removeFilter(filter);
  } else if (chosen.length < limits().maxFilters) {
    filterBy([...chosen, filter]);
  }
}

/** @param {string} filter */
export function removeFilter(filter) {
  filterBy(chosenFilters().filter((other) => other !== filter));
}

export const removeAllFilters = () => filterBy([]);

/** @param {string[]} filters */
function filterBy(filters) {
  keepHeights();
  markChosen(filters);
  go((changed) => {
    changed.delete("filter");
    for (const filter of filters) {
      changed.append("filter", filter);
    }
  });
}

/**
 * Mark the chosen filters at once, before the new numbers arrive.
 * @param {string[]} filters
 */
function markChosen(filters) {
  for (const item of all("[data-filter]")) {
    const isChosen = filters.includes(item.dataset.filter ?? "");
    item.setAttribute("aria-pressed", String(isChosen));
  }
}

// -- Staying in place -----------------------------------------------------------------------------------

// Panels without rows are lower, so the content would move away from the pointer.
function keepHeights() {
  if (window.scrollY > 0) {
    for (const panel of panels()) {
      panel.style.minHeight = `${panel.offsetHeight}px`;
    }
  }
}

function releaseHeights() {
  for (const panel of panels()) {
    panel.style.minHeight = "";
  }
}
window.addEventListener("resize", releaseHeights);

/** @type {EventTarget | null} */
let focused = null;
document.addEventListener("focusin", (event) => {
  focused = event.target;
});

// If a response removes the focused chip, row, or link, move the focus to one close by.
function keepFocus() {
  const isLost = focused instanceof HTMLElement && !focused.isConnected;
  if (isLost && document.activeElement === document.body) {
    const next = counterpart(focused) ?? find(".chip") ?? get("#main");
    next.focus({ preventScroll: true });
  }
}

/** @param {EventTarget | null} removed */
function counterpart(removed) {
  if (!(removed instanceof HTMLElement)) {
    return undefined;
  }
  const { filter } = removed.dataset;
  const same = all("[data-filter]").filter((item) => item.dataset.filter === filter);
  return same.find((item) => item.className === removed.className) ?? same[0];
}

refreshed.on(() =>
  setTimeout(() => {
    if (window.scrollY <= 0) {
      releaseHeights();
    }
    markChosen(chosenFilters());
    keepFocus();
  }),
);
