// @ts-check
// The sentence over the panels: a click on a part of it shows what it is about. Parts with `data-filter`
// are handled as all filters are.
import { closest, panels } from "../page/page.js";
import { enlarge } from "../panel/enlarge.js";
import { goToRange } from "./navigation.js";

document.addEventListener("click", (event) => {
  const { dataset } = closest(event, ".insight .said") ?? {};
  if (dataset?.from && dataset.to) {
    goToRange(dataset.from, dataset.to);
  }
  const panel = panels().find((panel) => panel.dataset.panel === dataset?.enlarge);
  if (dataset?.enlarge && panel) {
    enlarge(panel);
  }
});
