// @ts-check
// The button "Edit" loads the editor, which is a file of its own: most viewers never need it.
import { editor } from "./island.js";
import { closest, make } from "./page.js";

/** Whether this page is being edited: then it must not reload by itself. */
export const isEditing = () => "editing" in document.documentElement.dataset;

document.addEventListener("click", (event) => {
  const files = closest(event, "[data-do=edit]") && editor();
  if (files) {
    event.preventDefault(); // of the link on an empty board, which leads to the form
  }
  if (files && !document.getElementById("editor")) {
    const style = make("link");
    style.rel = "stylesheet";
    style.href = files.style;
    const script = make("script");
    script.id = "editor"; // the script begins to edit, and listens to the button from then on
    script.src = files.script;
    script.onerror = () => script.remove();
    style.onload = () => document.head.append(script);
    style.onerror = () => style.remove();
    document.head.append(style);
  }
});
