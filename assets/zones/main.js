// @ts-check
// The menu of time zones: the org's, the browser's, UTC, and all others.
import { opening, word } from "../board/page/island.js";
import { listen } from "../board/page/lazy.js";
import { matching } from "../board/page/matching.js";
import { find, get } from "../board/page/page.js";
import { picker } from "../board/page/picker.js";
import { closePopups } from "../board/page/popups.js";
import { goTo, parameters } from "../board/view/navigation.js";
import { allZones, clockOf, newName } from "./zone-list.js";

/** @import { Choice, Picker } from "../board/page/picker.js" */

const MENU = ".zones[open]";

/**
 * A choice with its offset, which takes a millisecond to compute.
 * @param {string} zone
 * @returns {Choice}
 */
const choiceOf = (zone) => ({
  value: zone,
  label: zone,
  note: () => clockOf(zone, Date.now()).offset,
});

/**
 * @param {string} zone
 * @param {string} remark whose zone it is
 * @returns {Choice}
 */
function firstChoice(zone, remark) {
  const { time, offset } = clockOf(zone, Date.now());
  return { value: zone, label: zone, note: [remark, time, offset].filter(Boolean).join(" · ") };
}

/**
 * All choices. The org's zone has no parameter in the URL.
 * @returns {Choice[]}
 */
function choices() {
  const orgZone = opening()?.orgZone ?? "UTC";
  const browserZone = newName(Intl.DateTimeFormat().resolvedOptions().timeZone || orgZone);
  const current = parameters().get("tz") ?? "";
  const first = [
    { ...firstChoice(orgZone, word("ownZone")), value: "" },
    ...(browserZone === orgZone ? [] : [firstChoice(browserZone, word("browserZone"))]),
    ...(orgZone === "UTC" || browserZone === "UTC" ? [] : [firstChoice("UTC", "")]),
  ];
  const group = word("allZones");
  const zones = allZones();
  if (current && current !== "UTC" && !zones.includes(current)) {
    zones.unshift(current); // an old name
  }
  const rest = zones.map((zone) => ({ ...choiceOf(zone), group }));
  const all = [...first, ...rest];
  const chosen = all.find(({ value }) => value === current);
  return all.map((choice) => ({ ...choice, isChosen: choice === chosen }));
}

/** @type {Picker | null} */
let zones = null;
/** @type {Choice[]} */
let listed = [];

/** @param {Element} menu */
function open(menu) {
  const place = get(".menu", menu);
  listed = choices();
  zones ??= picker({
    id: "zone-of",
    name: word("zone"),
    hint: word("findZone"),
    nothing: word("noZone"),
    find: (query) => matching(listed, query),
    choose({ value }) {
      closePopups();
      goTo("tz", value);
    },
  });
  if (!find(".picker", place)) {
    place.append(zones.element);
  }
  zones.open();
}

listen("zones", () => {
  const menu = find(MENU); // it may have been closed while this script was loaded
  if (menu) {
    open(menu);
  }
});
