// @ts-check
// The button "Edit" loads the editor, which listens to it from then on.
import { filesOf } from "./island.js";
import { load } from "./lazy.js";
import { closest } from "./page.js";

document.addEventListener("click", (event) => {
  if (closest(event, "[data-do=edit]") && filesOf("editor")) {
    event.preventDefault(); // of the link on an empty board, which leads to the form
    load("editor").catch(() => {});
  }
});
