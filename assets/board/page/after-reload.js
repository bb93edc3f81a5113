// @ts-check
// What a board says and shows once it has loaded again because its layout was saved.
import { showTab } from "../panel/tabs.js";
import { panels } from "./page.js";
import { remembered } from "./reloading.js";
import { toast } from "./toast.js";

/** Call this when the board has been drawn. */
export function sayAfterReload() {
  const after = remembered();
  if (!after) {
    return;
  }
  history.scrollRestoration = "auto";
  window.scrollTo(0, after.top);
  const panel = panels()[after.panel ?? -1];
  if (panel?.matches(".tabbed")) {
    showTab(panel);
  }
  panel?.scrollIntoView({ block: "nearest" });
  toast(after.text);
}
