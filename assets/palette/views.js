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
/** The request for them, while it runs. @type {Promise<void> | null} */
let asking = null;

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

async function ask() {
  try {
    known = await list();
  } catch {
    // without an answer, the palette has everything else
  }
  asking = null;
}

/**
 * A function that returns what is known so far.
 * @param {() => void} update called when the server has answered
 */
export function savedViews(update) {
  if (!known && find("[data-do=views]")) {
    asking ??= ask();
    asking.then(update);
  }
  return () => (known ?? []).map(commandOf);
}
