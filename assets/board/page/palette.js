// @ts-check
// The ways to the command palette: ⌘K on Apple's computers, Ctrl+K on others, and a button.
import { isEditing } from "./editor.js";
import { filesOf } from "./island.js";
import { call } from "./lazy.js";
import { all, closest, find } from "./page.js";
import { closePopups } from "./popups.js";
import { isPresenting } from "./presenting.js";
import { isTyping } from "./typing.js";

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** The keys that open the palette, as text. */
export const PALETTE_KEYS = isApple ? "⌘ K" : "Ctrl K";

/** @param {KeyboardEvent} event */
export const isPaletteKey = (event) =>
  event.key.toLowerCase() === "k" &&
  (isApple ? event.metaKey : event.ctrlKey) &&
  !event.altKey &&
  !event.shiftKey;

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
  button.title += ` (${PALETTE_KEYS})`;
}
