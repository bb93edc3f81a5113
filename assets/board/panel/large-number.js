// @ts-check
// The number of a large chart, with its change and what it was before, next to the title. It is that of the
// chart's card.
import { word } from "../page/island.js";
import { find, get, make } from "../page/page.js";
import { enlarged, refreshed, shrunk } from "../page/signals.js";
import { cardWith } from "./metric.js";

const NUMBER = ".large-number";

/** @param {HTMLElement} panel */
function show(panel) {
  find(NUMBER, panel)?.remove();
  const card = cardWith(panel);
  const value = card && find(".val", card);
  if (panel.dataset.title === undefined || !value) {
    return;
  }
  const number = make("p", "large-number");
  number.append(make("b", "", value.textContent ?? ""));
  number.append(...(find(".dl", card)?.cloneNode(true).childNodes ?? []));
  const before = find(".delta", number)?.title;
  const versus = find(".vs", number);
  if (before && versus) {
    versus.textContent = word("versus", before);
  }
  get("h2", panel).after(number);
}

enlarged.on(show);
refreshed.on(() => {
  const panel = find("[data-large]");
  if (panel) {
    show(panel);
  }
});
shrunk.on((panel) => find(NUMBER, panel)?.remove());
