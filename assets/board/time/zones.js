// @ts-check
// The select for the time zone: the org's, the browser's, UTC, and all others.
import { opening, word } from "../page/island.js";
import { closest, get } from "../page/page.js";
import { closePopups } from "../page/popups.js";
import { goTo, parameters } from "./navigation.js";

const SELECT = "#zone-of";

/** @param {HTMLSelectElement} select */
function fill(select) {
  if (select.options.length) {
    return;
  }
  const orgZone = opening()?.orgZone ?? "";
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  select.add(new Option(word("ownZone", orgZone), ""));
  if (browserZone && browserZone !== orgZone) {
    select.add(new Option(word("browserZone", browserZone), browserZone));
  }
  if (orgZone !== "UTC" && browserZone !== "UTC") {
    select.add(new Option("UTC", "UTC"));
  }
  const all = document.createElement("optgroup");
  all.label = word("allZones");
  all.append(...Intl.supportedValuesOf("timeZone").map((zone) => new Option(zone, zone)));
  select.add(all);
}

/**
 * Select a zone. Browsers list only one name of each zone; add the name in the URL if it is missing.
 * @param {HTMLSelectElement} select
 * @param {string} zone
 */
function choose(select, zone) {
  select.value = zone;
  if (select.value !== zone) {
    select.add(new Option(zone, zone, true, true), 0);
  }
}

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.open && target.matches(".zones")) {
      const select = /** @type {HTMLSelectElement} */ (get(SELECT));
      fill(select);
      choose(select, parameters().get("tz") ?? "");
      select.focus();
    }
  },
  true,
);

document.addEventListener("change", (event) => {
  const select = closest(event, SELECT);
  if (select instanceof HTMLSelectElement) {
    closePopups();
    goTo("tz", select.value);
  }
});
