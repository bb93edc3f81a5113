// @ts-check
// The tabs of lists that share a place. Each list has all tabs in its head, with its own one chosen, so that
// another tab is shown by showing another panel.
import { all, closest, find, get, panelOf, panels } from "../page/page.js";
import { enlarged } from "../page/signals.js";

const TAB = "[role=tab][data-tab]";

/**
 * Show a panel in place of those that share its place; the focus moves to its tab.
 * @param {HTMLElement} panel
 * @param {boolean} [isFocused]
 */
export function showTab(panel, isFocused = false) {
  const slugs = all(TAB, panel).map((tab) => tab.dataset.tab);
  for (const other of panels()) {
    if (slugs.includes(other.dataset.panel)) {
      other.classList.toggle("away", other !== panel);
    }
  }
  const tab = find("[role=tab][aria-selected=true]", panel);
  tab?.parentElement?.scrollTo({ left: tab.offsetLeft });
  if (isFocused) {
    tab?.focus({ preventScroll: true });
  }
}

/** @param {HTMLElement} tab */
function choose(tab) {
  const panel = panels().find(({ dataset }) => dataset.panel === tab.dataset.tab);
  if (panel) {
    showTab(panel, true);
  }
}

document.addEventListener("click", (event) => {
  const tab = closest(event, TAB);
  if (tab) {
    choose(tab);
  }
});

document.addEventListener("keydown", (event) => {
  const tab = closest(event, TAB);
  if (!tab) {
    return;
  }
  const tabs = all(TAB, get(".tab-list", panelOf(tab)));
  const index = tabs.indexOf(tab);
  /** @type {Record<string, number>} */
  const targets = {
    ArrowRight: (index + 1) % tabs.length,
    ArrowLeft: (index + tabs.length - 1) % tabs.length,
    Home: 0,
    End: tabs.length - 1,
  };
  if (Object.hasOwn(targets, event.key)) {
    event.preventDefault();
    choose(tabs[targets[event.key]]);
  }
});

enlarged.on((panel) => {
  if (panel.matches(".away")) {
    showTab(panel);
  }
});
