// @ts-check
// The side sheet: a panel next to the board, which stays usable. There is one at a time. Escape closes it,
// and the focus returns to where it was. On phones, it rises from the bottom. sheet.css places it.
import { iconButton } from "./icon-button.js";
import { word } from "./island.js";
import { all, find, get, make, panelOf, panels } from "./page.js";

/**
 * @typedef {object} Sheet
 * @property {HTMLElement} element
 * @property {HTMLElement} title
 * @property {HTMLElement} about a line below the title
 * @property {HTMLElement} tools buttons next to the title
 * @property {HTMLElement} body the part that scrolls
 * @property {HTMLElement} foot
 * @property {() => void} close
 */

/** @typedef {() => HTMLElement | null} Origin where the focus returns to */

/** @type {{ sheet: Sheet, origin: Origin, onClose?: () => void } | null} */
let open = null;

/** Anything above the sheet that Escape closes first. */
const ABOVE = ".floating, .panel-menu, details.menu-of[open], dialog[open], .dash-dropdown-content";

/** The sheet that is open, if there is one. */
export const openedSheet = () => open?.sheet ?? null;

/**
 * Open a sheet in place of the one that is open, and move the focus into it.
 * @param {string} title
 * @param {{ origin?: Origin, onClose?: () => void }} [options]
 * @returns {Sheet}
 */
export function openSheet(title, { origin, onClose } = {}) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const returning = open?.sheet.element.contains(focused) ? open.origin : () => focused;
  end();
  const sheet = build(title);
  open = { sheet, origin: origin ?? again(returning()), onClose };
  document.body.append(sheet.element);
  sheet.title.focus({ preventScroll: true });
  return sheet;
}

/** Close the sheet, if there is one. If the focus was in it, it returns to where it came from. */
export function closeSheet() {
  const ended = open;
  if (!ended) {
    return;
  }
  const hadFocus = ended.sheet.element.contains(document.activeElement);
  end();
  if (hadFocus) {
    (ended.origin() ?? find("#main"))?.focus({ preventScroll: true });
  }
}

/**
 * Where an element is, or the same one in its panel after a refresh has drawn the panel again.
 * @param {HTMLElement | null} element
 * @returns {Origin}
 */
function again(element) {
  const slug = element && panelOf(element)?.dataset.panel;
  const { value, filter } = element?.dataset ?? {};
  return () => {
    if (element?.isConnected || !slug) {
      return element?.isConnected ? element : null;
    }
    const panel = panels().find((one) => one.dataset.panel === slug);
    const same = panel && all(`${element.tagName}.${element.classList[0] ?? "more"}`, panel);
    const found = same?.find(({ dataset }) => dataset.value === value && dataset.filter === filter);
    return found ?? (panel ? find(".more", panel) : null);
  };
}

function end() {
  const ended = open;
  open = null;
  ended?.sheet.element.remove();
  ended?.onClose?.();
}

/** @param {string} text */
function build(text) {
  const element = make("div", "sheet");
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-labelledby", "sheet-title");
  element.setAttribute("aria-describedby", "sheet-about");
  const title = make("h2", "", text);
  title.id = "sheet-title";
  title.tabIndex = -1;
  const about = make("p", "sheet-about");
  about.id = "sheet-about";
  const tools = make("div", "sheet-tools");
  const head = make("div", "sheet-head");
  const names = make("div", "sheet-names");
  names.append(title, about);
  head.append(names, tools, iconButton("x", word("small"), closeSheet));
  const [body, foot] = [make("div", "sheet-body"), make("div", "sheet-foot")];
  element.append(head, body, foot);
  return { element, title, about, tools, body, foot, close: closeSheet };
}

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape" && open && !find(ABOVE)) {
      closeSheet();
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

/** Whether the page is so narrow that sheets and menus rise from the bottom. */
export const isNarrow = () => window.matchMedia("(max-width: 720px)").matches;

/** Scroll the body of the sheet to its top. */
export const toTop = () => open && get(".sheet-body", open.sheet.element).scrollTo(0, 0);
