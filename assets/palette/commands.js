// @ts-check
// What the palette offers, read from the page when it is opened.
/** @import { Choice } from "../board/page/picker.js" */
import { setProps } from "../board/dash/dash.js";
import { opening, word } from "../board/page/island.js";
import { tell } from "../board/page/lazy.js";
import { all, board, find, get, panels } from "../board/page/page.js";
import { presetOf } from "../board/view/address.js";
import { parameters } from "../board/view/navigation.js";

/** @typedef {Choice & { more?: string, run: () => void }} Command `more` are words that find it too */

/** @param {Element | null} element */
const textOf = (element) => element?.textContent?.trim() ?? "";

/**
 * A command that clicks an element.
 * @param {HTMLElement} element
 * @param {Partial<Command>} [more]
 * @returns {Command}
 */
function clicking(element, more) {
  return {
    value: element.outerHTML,
    label: textOf(element),
    more: element.title,
    run: () => element.click(),
    ...more,
  };
}

/**
 * The quiet text of a command: whether it is what the page shows, and more.
 * @param {boolean} isCurrent
 * @param {string} [more]
 */
const noteOf = (isCurrent, more = "") =>
  [isCurrent ? word("current") : "", more].filter(Boolean).join(" · ");

// -- Places -----------------------------------------------------------------------------------------------

function dashboards() {
  const group = find(".tabs")?.getAttribute("aria-label") ?? "";
  return all(".tabs a[data-carry]:not([aria-current])").map((link) => clicking(link, { group }));
}

/** The pages of the settings; on other pages, the way to them. */
function settings() {
  const link = find(".tabs a:not([data-carry])");
  const pages = all("nav.side a:not([aria-current])");
  const group = pages.length ? textOf(link) : word("actions");
  return (pages.length || !link ? pages : [link]).map((page) => clicking(page, { group }));
}

function panelsOfBoard() {
  const group = word("panels");
  return panels().map((panel) => ({
    value: `panel:${panel.dataset.panel}`,
    label: panel.getAttribute("aria-label") ?? "",
    group,
    run: () => jumpTo(panel),
  }));
}

/** @param {HTMLElement} panel */
function jumpTo(panel) {
  document.body.click(); // puts a large panel back
  find(`[role=tab][data-tab="${panel.dataset.panel}"]`)?.click(); // shows a list behind another tab
  panel.tabIndex = -1;
  panel.addEventListener("blur", () => panel.removeAttribute("tabindex"), { once: true });
  panel.scrollIntoView({ block: "center" });
  panel.focus({ preventScroll: true });
}

// -- Controls -------------------------------------------------------------------------------------------------

function ranges() {
  const { presets, presetTitles } = opening() ?? { presets: [], presetTitles: [] };
  const group = textOf(find("label[for=range]"));
  const shown = presetOf(parameters(), opening());
  /** @type {Command[]} */
  const commands = presets.map((preset, index) => ({
    value: `range:${preset}`,
    label: presetTitles[index],
    group,
    note: noteOf(preset === shown),
    run: () => setProps("range", { value: preset }),
  }));
  const dates = find(".custom > summary");
  if (dates) {
    const run = () => openPopup(".custom");
    const note = noteOf(shown === null);
    commands.push({ value: "dates", label: word("keyDates"), note, group, run });
  }
  return presets.length > 1 ? commands : [];
}

function comparisons() {
  const group = textOf(find(".comparing .menu-h"));
  return all("[data-compare]").map((item) => {
    const dates = textOf(find("small", item));
    const isDisabled = item.getAttribute("aria-disabled") === "true";
    return clicking(item, {
      label: textOf(find("strong", item)),
      group,
      note: noteOf(item.getAttribute("aria-checked") === "true", dates),
      unavailable: isDisabled ? dates : undefined,
      run: () => compareWith(item),
    });
  });
}

/** @param {HTMLElement} item */
function compareWith(item) {
  if (item.dataset.compare === "custom") {
    openPopup(".comparing");
    setTimeout(() => item.click()); // the menu has opened
  } else {
    item.click();
  }
}

function filters() {
  const group = word("filters");
  return all("#chips [data-unfilter], #chips [data-do=unfilter]").map((chip) =>
    clicking(chip, {
      group,
      label: chip.dataset.unfilter ? word("removeFilter", chip.title) : textOf(chip),
    }),
  );
}

/** @param {string} selector of a menu of the bar */
function openPopup(selector) {
  const popup = /** @type {HTMLDetailsElement} */ (get(selector));
  popup.scrollIntoView({ block: "nearest" });
  get("summary", popup).focus({ preventScroll: true });
  popup.open = true;
}

function actions() {
  const group = word("actions");
  /** @type {Command[]} */
  const commands = all("[data-do=refresh], .btn.edit").map((button) =>
    clicking(button, { group, label: textOf(button) || button.title }),
  );
  const zone = find(".zones > summary");
  if (zone) {
    const note = textOf(find("#zone"));
    const run = () => openPopup(".zones");
    commands.push({ value: "zone", label: zone.title, note, group, run });
  }
  return commands;
}

function look() {
  const group = textOf(find("#look-h"));
  return all("[data-look]").map((button) =>
    clicking(button, {
      group,
      label: word("theme", textOf(button)),
      note: noteOf(button.getAttribute("aria-pressed") === "true"),
    }),
  );
}

/** What the account's menu has besides. */
function account() {
  const languages = textOf(find("#languages-h"));
  return all(".user .menu-i:not([data-do=palette])").map((item) =>
    clicking(item, {
      group: item.getAttribute("name") === "language" ? languages : word("actions"),
      note: noteOf(item.hasAttribute("aria-current")),
    }),
  );
}

/** @returns {Command[]} */
function keys() {
  const isListed = find("[data-do=keys]") !== null;
  const run = () => tell("keys");
  return isListed || !board()
    ? []
    : [{ value: "keys", label: word("keys"), group: word("actions"), run }];
}

/**
 * Everything that the page offers, in its order.
 * @returns {Command[]}
 */
export const commands = () => [
  ...dashboards(),
  ...panelsOfBoard(),
  ...ranges(),
  ...comparisons(),
  ...filters(),
  ...actions(),
  ...settings(),
  ...keys(),
  ...account(),
  ...look(),
];
