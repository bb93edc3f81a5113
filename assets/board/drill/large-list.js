// @ts-check
// The list of a large panel: more rows, with a search, in place of those of the panel.
import { shown } from "../page/island.js";
import { get, make } from "../page/page.js";
import { enlarged, refreshed, shrunk } from "../page/signals.js";
import { showLargeList } from "./list-sheet.js";

/** @type {{ panel: HTMLElement, element: HTMLElement, version: string, again: () => Promise<void> } | null} */
let open = null;

/**
 * A text that changes when the panel's numbers may have changed.
 * @param {HTMLElement} panel
 */
function versionOf(panel) {
  const { view, revision } = shown();
  return [view, revision, panel.dataset.asOf].join(" ");
}

enlarged.on((panel) => {
  const element = make("div", "large-list");
  const [body, foot] = [make("div", "large-list-body"), make("div", "large-list-foot")];
  const again = showLargeList(panel, { title: get("h2", panel), body, foot });
  if (again) {
    element.append(body, foot);
    panel.append(element);
    open = { panel, element, version: versionOf(panel), again };
  }
});

shrunk.on(() => {
  open?.element.remove();
  open = null;
});

refreshed.on(() => {
  if (open && versionOf(open.panel) !== open.version) {
    open.version = versionOf(open.panel);
    open.again().catch(() => {}); // the rows stay; the panel says that they are old
  }
});
