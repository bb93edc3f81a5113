// @ts-check
// The tabs of lists that share a place. Each list has all tabs in its head, with its own one chosen, so that
// another tab is shown by showing another panel. `tab` in the URL names the chosen ones.
import { all, closest, find, get, panelOf, panels } from "../page/page.js";
import { enlarged, opened } from "../page/signals.js";
import { parameters, replaceSearch } from "../view/navigation.js";

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
  setInUrl(panel.dataset.panel ?? "", slugs);
  if (isFocused) {
    tab?.focus({ preventScroll: true });
  }
}

/**
 * Put the chosen one of these tabs into the URL, so that a link shows it. The first one is not written.
 * @param {string} chosen
 * @param {(string | undefined)[]} slugs
 */
function setInUrl(chosen, slugs) {
  const changed = parameters();
  const others = changed.getAll("tab").filter((slug) => !slugs.includes(slug));
  changed.delete("tab");
  for (const slug of chosen === slugs[0] ? others : [...others, chosen]) {
    changed.append("tab", slug);
  }
  replaceSearch(changed);
}

/**
 * @param {string | undefined} slug
 * @param {boolean} isFocused
 */
function show(slug, isFocused) {
  const panel = panels().find(({ dataset }) => dataset.panel === slug);
  if (panel?.matches(".tabbed")) {
    showTab(panel, isFocused);
  }
}

document.addEventListener("click", (event) => {
  const tab = closest(event, TAB);
  if (tab) {
    show(tab.dataset.tab, true);
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
    show(tabs[targets[event.key]].dataset.tab, true);
  }
});

opened.on(() => {
  for (const slug of parameters().getAll("tab")) {
    show(slug, false);
  }
});

enlarged.on((panel) => {
  if (panel.matches(".away")) {
    showTab(panel);
  }
});
