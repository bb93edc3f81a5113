// @ts-check
// The ways to the command palette: keys and a button.
import { filesOf, word } from "./island.js";
import { call } from "./lazy.js";
import { isEditing, isPresenting } from "./modes.js";
import { all, closest, find } from "./page.js";
import { isPaletteKey, PALETTE_KEYS } from "./palette-keys.js";
import { closePopups } from "./popups.js";
import { isTyping } from "./typing.js";

function open() {
  closePopups();
  call("palette");
}

document.addEventListener("keydown", (event) => {
  const isBusy = isEditing() || isPresenting() || find("dialog[open]");
  if (isPaletteKey(event) && filesOf("palette") && !isTyping(event) && !isBusy) {
    event.preventDefault(); // browsers search with these keys
    open();
  }
});

document.addEventListener("click", (event) => {
  if (closest(event, "[data-do=palette]")) {
    open();
  }
});

for (const button of all("[data-do=palette]")) {
  button.title = word("paletteWith", PALETTE_KEYS);
}
