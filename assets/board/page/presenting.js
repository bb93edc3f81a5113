// @ts-check
// Whether this board is presented on a screen: assets/present shows it.
import { call } from "./lazy.js";
import { closest } from "./page.js";
import { closePopups } from "./popups.js";

const root = document.documentElement;

/** Whether this page presents boards, or is shown by one that does. */
export const isPresenting = () => "presenting" in root.dataset;

/** Whether this page presents boards: if it reloaded, the full screen would end. */
export const isStage = () => root.dataset.presenting === "stage";

document.addEventListener("click", (event) => {
  if (closest(event, "[data-do=present]")) {
    closePopups();
    call("present");
  }
});
