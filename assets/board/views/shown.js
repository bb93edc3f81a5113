// @ts-check
// What the board shows, as a view that can be saved, and the way to another one.
/** @import { SavedView } from "./saved.js" */
import { opening } from "../page/island.js";
import { presetOf, setView, viewName } from "../view/address.js";
import { go, parameters } from "../view/navigation.js";

/** The query of the address, with the range that is shown: the dashboard's default may change. */
export function shownSearch() {
  const shown = parameters();
  const preset = presetOf(shown, opening());
  if (preset && !shown.get("time_range")) {
    shown.set("time_range", preset);
  }
  return shown.toString();
}

/**
 * Whether the board shows this view.
 * @param {SavedView} view
 */
export const isShown = ({ search }) => viewName(search) === viewName(shownSearch());

/**
 * Show a view. The address then has it, so that Back leads to what was shown before.
 * @param {SavedView} view
 */
export const showView = ({ search }) => go((changed) => setView(changed, search));

/**
 * The address of a view of this dashboard.
 * @param {SavedView} view
 */
export const linkTo = ({ search }) =>
  location.origin + location.pathname + (search ? `?${search}` : "");
