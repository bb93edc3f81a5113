// @ts-check
// A menu at a point or below an element, with submenus: arrow keys move, Enter chooses, the right and left
// arrows open and close a submenu, Escape closes. On phones, menus rise from the bottom, and a submenu
// replaces its menu.
import { moveFocus } from "./arrow-keys.js";
import { word } from "./island.js";
import { all, closest, make } from "./page.js";
import { isNarrow } from "./sheet.js";

/**
 * @typedef {object} Item
 * @property {string} name
 * @property {string} [icon] the name of an icon
 * @property {string} [color] of a mark in place of the icon
 * @property {boolean} [isChosen] shows a check mark
 * @property {() => void} [choose]
 * @property {() => Promise<Item[]> | Item[]} [more] the items of its submenu
 */

/** @typedef {{ x: number, y: number }} Point */

/**
 * @typedef {object} Menu
 * @property {string} name for screen readers
 * @property {Point | HTMLElement} at
 * @property {HTMLElement} [head]
 * @property {(Item | null)[]} items null is a line between items
 * @property {HTMLElement | null} [origin] where the focus returns to
 * @property {() => void} [onClose]
 */

const EDGE = 8; // pixels between a menu and the edge of the page
const GAP = 4;
const HOVER_MS = 150; // until a submenu opens under the pointer
const ITEMS = "[role=menuitem]";

/** The open menus: a menu, and its submenu. @type {HTMLElement[]} */
const levels = [];
/** @type {Menu | null} */
let opened = null;
/** @type {number | undefined} */
let timer;

export const isMenuOpen = () => opened !== null;

/** @param {Menu} menu */
export function openMenu(menu) {
  closeMenu(false);
  opened = { origin: /** @type {HTMLElement | null} */ (document.activeElement), ...menu };
  const element = elementOf(menu.name, menu.items);
  if (menu.head) {
    element.prepend(menu.head);
  }
  show(element, boxOf(menu.at), "below");
}

/**
 * Close the menu and its submenu.
 * @param {boolean} [isFocusReturned]
 */
export function closeMenu(isFocusReturned = true) {
  const closed = opened;
  if (!closed) {
    return;
  }
  opened = null;
  closeFrom(0);
  if (isFocusReturned && closed.origin?.isConnected) {
    closed.origin.focus({ preventScroll: true });
  }
  closed.onClose?.();
}

/** @param {number} level */
function closeFrom(level) {
  clearTimeout(timer);
  for (const element of levels.splice(level)) {
    element.remove();
  }
  const parent = levels.at(-1);
  if (parent) {
    parent.hidden = false;
    for (const item of all("[aria-expanded=true]", parent)) {
      item.setAttribute("aria-expanded", "false");
    }
  }
}

/**
 * @param {HTMLElement} element
 * @param {DOMRect} box
 * @param {"below" | "beside"} side
 */
function show(element, box, side) {
  levels.push(element);
  document.body.append(element);
  if (isNarrow()) {
    element.classList.add("rising");
  } else {
    place(element, box, side);
  }
  itemsOf(element)[0]?.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} element
 * @param {DOMRect} box
 * @param {"below" | "beside"} side
 */
function place(element, box, side) {
  const { offsetWidth: width, offsetHeight: height } = element;
  const [right, bottom] = [window.innerWidth - EDGE, window.innerHeight - EDGE];
  let [left, top] = [box.left, box.bottom + GAP];
  if (side === "beside") {
    left = box.right + GAP + width <= right ? box.right + GAP : box.left - GAP - width;
    top = box.top - GAP;
  } else if (top + height > bottom && box.top - GAP - height >= EDGE) {
    top = box.top - GAP - height;
  }
  element.style.left = `${Math.max(EDGE, Math.min(left, right - width))}px`;
  element.style.top = `${Math.max(EDGE, Math.min(top, bottom - height))}px`;
}

/** @param {Point | HTMLElement} at */
const boxOf = (at) =>
  at instanceof HTMLElement ? at.getBoundingClientRect() : new DOMRect(at.x, at.y, 0, 0);

/**
 * @param {string} name
 * @param {(Item | null)[]} items
 */
function elementOf(name, items) {
  const element = make("aside", "menu floating"); // a landmark: it lies outside of the main part
  element.setAttribute("aria-label", name);
  const list = element.appendChild(make("div"));
  list.setAttribute("role", "menu");
  list.setAttribute("aria-label", name);
  list.append(...items.map((item) => (item ? itemOf(item) : separator())));
  return element;
}

function separator() {
  const line = make("hr");
  line.setAttribute("role", "separator");
  return line;
}

/** @param {Item} item */
function itemOf({ name, icon, color, isChosen, choose, more }) {
  const button = make("button", "menu-i plain");
  button.type = "button";
  button.setAttribute("role", "menuitem");
  const mark = make("i", color ? "k-box" : `ic ic-${isChosen ? "check" : (icon ?? "none")}`);
  mark.style.background = color ?? "";
  button.append(mark, make("span", "", name));
  if (isChosen) {
    button.setAttribute("aria-current", "true");
  }
  if (more) {
    button.setAttribute("aria-haspopup", "menu");
    button.setAttribute("aria-expanded", "false");
    button.append(make("i", "ic ic-right"));
    button.addEventListener("click", () => openMore(button, name, more));
    button.addEventListener("pointerenter", (event) => openSoon(event, button, name, more));
  } else {
    button.addEventListener("pointerenter", (event) => closeSoon(event, button));
    button.addEventListener("click", () => {
      closeMenu();
      choose?.();
    });
  }
  return button;
}

// -- Submenus ---------------------------------------------------------------------------------------------

/** @typedef {NonNullable<Item["more"]>} More */

/**
 * @param {PointerEvent} event
 * @param {HTMLElement} button
 * @param {string} name
 * @param {More} more
 */
function openSoon(event, button, name, more) {
  clearTimeout(timer);
  if (event.pointerType === "mouse" && button.getAttribute("aria-expanded") === "false") {
    timer = window.setTimeout(() => openMore(button, name, more), HOVER_MS);
  }
}

/**
 * Close the submenu of another item, unless the pointer is on its way to it.
 * @param {PointerEvent} event
 * @param {HTMLElement} button
 */
function closeSoon(event, button) {
  clearTimeout(timer);
  const level = levels.findIndex((element) => element.contains(button));
  if (event.pointerType === "mouse" && level < levels.length - 1) {
    timer = window.setTimeout(() => {
      closeFrom(level + 1);
      button.focus({ preventScroll: true });
    }, 2 * HOVER_MS);
  }
}

/**
 * @param {HTMLElement} button
 * @param {string} name
 * @param {More} more
 */
async function openMore(button, name, more) {
  const level = levels.findIndex((element) => element.contains(button));
  closeFrom(level + 1);
  button.setAttribute("aria-expanded", "true");
  const items = await more();
  const parent = levels[level];
  if (!parent?.contains(button) || button.getAttribute("aria-expanded") !== "true") {
    return; // closed meanwhile
  }
  const box = button.getBoundingClientRect();
  const element = elementOf(name, items);
  if (isNarrow()) {
    element.firstElementChild?.prepend(backButton(button, level));
    parent.hidden = true;
  }
  show(element, box, "beside");
}

/**
 * @param {HTMLElement} button
 * @param {number} level
 */
function backButton(button, level) {
  const back = itemOf({ name: word("back"), icon: "left" });
  back.addEventListener(
    "click",
    (event) => {
      event.stopImmediatePropagation();
      closeFrom(level + 1);
      button.focus();
    },
    true,
  );
  return back;
}

// -- Keys and clicks ----------------------------------------------------------------------------------------

/** @param {HTMLElement} element */
const itemsOf = (element) => all(ITEMS, element);

/** Close the innermost menu; return whether that was a submenu. */
function closeInnermost() {
  if (levels.length < 2) {
    return false;
  }
  const button = all("[aria-expanded=true]", levels[levels.length - 2])[0];
  closeFrom(levels.length - 1);
  button?.focus();
  return true;
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} menu
 */
function press(event, menu) {
  if (event.key === "Tab") {
    closeMenu();
  } else if (event.key === "ArrowLeft") {
    closeInnermost();
  } else if (event.key === "ArrowRight") {
    closest(event, "[aria-haspopup]")?.click();
  } else {
    moveFocus(event, itemsOf(menu));
  }
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!opened) {
      return;
    }
    const menu = closest(event, ".floating");
    if (event.key === "Escape") {
      if (!closeInnermost()) {
        closeMenu();
      }
      event.preventDefault();
    } else if (menu) {
      press(event, menu);
    }
    if (menu || event.key === "Escape") {
      event.stopPropagation(); // shortcuts and charts do not get it
    }
  },
  true,
);

// A press outside closes the menu, and nothing else.
document.addEventListener(
  "pointerdown",
  (event) => {
    if (opened && !closest(event, ".floating")) {
      closeMenu(false);
    }
  },
  true,
);
window.addEventListener("resize", () => closeMenu(false));
window.addEventListener("scroll", () => !isNarrow() && closeMenu(false), { passive: true });
