// @ts-check
// The person's saved views of this dashboard in the palette. They are asked for once, and again after they
// have changed.
/** @import { SavedView } from "../board/views/saved.js" */
/** @import { Command } from "./commands.js" */
import { word } from "../board/page/island.js";
import { listen } from "../board/page/lazy.js";
import { find } from "../board/page/page.js";
import { CHANGED, list } from "../board/views/saved.js";
import { isShown, showView } from "../board/views/shown.js";

/** Null until they are known. @type {SavedView[] | null} */
let known = null;

listen(CHANGED, () => {
  known = null;
});

/** @param {SavedView} view @returns {Command} */
const commandOf = (view) => ({
  value: `view:${view.id}`,
  label: view.name,
  group: word("views"),
  note: isShown(view) ? word("current") : "",
  run: () => showView(view),
});

/**
 * A function that returns what is known so far.
 * @param {() => void} update called when the server has answered
 */
export function savedViews(update) {
  if (!known && find("[data-do=views]")) {
    list().then(
      (views) => {
        known = views;
        update();
      },
      () => {}, // without an answer, the palette has everything else
    );
  }
  return () => (known ?? []).map(commandOf);
}
