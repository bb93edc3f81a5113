// @ts-check
// The button "Present" loads the script that presents boards on a screen.
import { call } from "./lazy.js";
import { closest } from "./page.js";
import { closePopups } from "./popups.js";

document.addEventListener("click", (event) => {
  if (closest(event, "[data-do=present]")) {
    closePopups();
    call("present");
  }
});
