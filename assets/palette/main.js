// @ts-check
// The command palette: a dialog with a search field and a list of where to go and what to do. The entry that
// is chosen uses the page's own controls and links, so the palette offers only what the page has.
/** @import { Command } from "./commands.js" */
import { openDialog } from "../board/page/dialog.js";
import { word } from "../board/page/island.js";
import { listen } from "../board/page/lazy.js";
import { isPaletteKey } from "../board/page/palette-keys.js";
import { picker } from "../board/page/picker.js";
import { commands } from "./commands.js";
import { orgSearch } from "./orgs.js";
import { ranked } from "./ranking.js";
import { savedViews } from "./views.js";

function open() {
  const own = commands();
  const orgs = orgSearch(() => list.update());
  const views = savedViews(() => list.update());
  const { element, heading, body, close } = openDialog({
    title: word("palette"),
    closeName: word("small"),
    className: "palette",
    onClose: orgs.end,
  });
  const list = picker({
    id: "palette-of",
    name: word("palette"),
    hint: word("findAnywhere"),
    nothing: (query) => (orgs.isLoading() ? word("loading") : word("noMatch", query)),
    find: (query) => ranked([...own, ...views(), ...orgs.find(query)], query),
    choose(choice) {
      close();
      // After the click that chose it: popups close on clicks elsewhere.
      setTimeout(/** @type {Command} */ (choice).run);
    },
  });
  heading.classList.add("sr");
  body.append(list.element);
  element.addEventListener("keydown", (event) => {
    event.stopPropagation(); // Escape closes only the palette
    if (isPaletteKey(event)) {
      event.preventDefault();
      close();
    }
  });
  list.open();
}

listen("palette", open);
