// @ts-check
// The menu "Views": what a person has saved of this dashboard, for themselves.
/** @import { Item } from "../page/floating-menu.js" */
/** @import { SavedView } from "./saved.js" */
import { isMenuOpen, openMenu } from "../page/floating-menu.js";
import { word } from "../page/island.js";
import { closest, make } from "../page/page.js";
import { toast } from "../page/toast.js";
import { manage } from "./managing.js";
import { askName } from "./naming.js";
import { change, list, reasonOf } from "./saved.js";
import { isShown, shownSearch, showView } from "./shown.js";

const BUTTON = "[data-do=views]";

/** The id of the view that was shown last, which may have been changed since. @type {string | null} */
let last = null;
let wasOpen = false; // before the button was pressed, which closes the menu

/** @param {HTMLElement} button */
async function open(button) {
  button.setAttribute("aria-expanded", "true");
  const closed = () => button.setAttribute("aria-expanded", "false");
  try {
    const views = await list();
    const at = { name: word("views"), at: button, origin: button, onClose: closed };
    openMenu({ ...at, items: items(views), ...(views.length ? {} : { head: hint() }) });
  } catch (error) {
    closed();
    toast(reasonOf(error));
  }
}

const hint = () => make("p", "menu-note", word("viewsHint"));

/**
 * @param {SavedView[]} views
 * @returns {(Item | null)[]}
 */
function items(views) {
  const current = views.find(isShown) ?? null;
  last = current?.id ?? last;
  const changed = current ? undefined : views.find(({ id }) => id === last);
  return [
    ...views.map((view) => ({
      name: view.name,
      isChosen: view === current,
      choose: () => show(view),
    })),
    ...(views.length ? [null] : []),
    ...(changed
      ? [{ name: word("saveChanges", changed.name), icon: "save", choose: () => save(changed) }]
      : []),
    { name: word("saveView"), icon: "bookmark", choose: () => askName(shownSearch(), noteSaved) },
    ...(views.length
      ? [{ name: word("manageViews"), icon: "list", choose: () => manage(views) }]
      : []),
  ];
}

/** @param {SavedView} view */
function show(view) {
  last = view.id;
  showView(view);
}

/** @param {SavedView} view */
async function save(view) {
  try {
    noteSaved(await change(view.id, { search: shownSearch() }));
  } catch (error) {
    toast(reasonOf(error));
  }
}

/** @param {SavedView} view */
function noteSaved(view) {
  last = view.id;
  toast(word("viewSaved", view.name));
}

window.addEventListener(
  "pointerdown",
  (event) => {
    wasOpen = isMenuOpen() && closest(event, BUTTON) !== null;
  },
  true,
);

document.addEventListener("click", (event) => {
  const button = closest(event, BUTTON);
  if (button && !wasOpen && button.getAttribute("aria-expanded") === "false") {
    open(button);
  }
  wasOpen = false;
});
