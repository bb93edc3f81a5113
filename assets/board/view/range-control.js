// @ts-check
// Synchronizes the range control with the URL, which determines the range.

import { noUpdate, registerCallbacks, setProps } from "../dash/dash.js";
import { embed } from "../page/handover.js";
import { opening } from "../page/island.js";
import { openDates } from "../time/dates.js";
import { presetOf, setPreset } from "./address.js";
import { parameters } from "./navigation.js";

const CUSTOM = "custom"; // the last entry of the control
const FOCUS_MS = 50; // after this time, the closed control has got the focus back

/** The preset that the control shows; null for a custom range. @type {string | null | undefined} */
let shownPreset;
/** The URL query that the control was last updated for. @type {string | null} */
let followedSearch = null;

/** Whether the control shows the current URL's range. */
export const isFollowed = () => followedSearch === location.search;

/** Show the range again that the entry for custom dates has replaced in the control, and open the calendar. */
function chooseDates() {
  setProps("range", { value: shownPreset ?? null });
  setTimeout(openDates, FOCUS_MS);
}

registerCallbacks("board", {
  /**
   * Return the URL query for the chosen preset.
   * @param {string | null} preset
   * @param {string} search
   */
  writeAddress(preset, search) {
    if (preset === CUSTOM) {
      setTimeout(chooseDates);
      return noUpdate();
    }
    const changed = new URLSearchParams(search);
    shownPreset = preset;
    if (!preset || presetOf(changed, opening()) === preset) {
      return noUpdate();
    }
    setPreset(changed, preset);
    return `?${changed}`;
  },
});

/** Start with the range of the URL, which the board has been drawn with. */
export function beginWithAddress() {
  shownPreset = presetOf(parameters(), opening());
  followAddress();
}

/** Update the control after Back, Forward, a link, or another control has changed the URL. */
export function followAddress() {
  if (isFollowed()) {
    return;
  }
  followedSearch = location.search;
  const preset = presetOf(parameters(), opening());
  embed?.tellRange(preset || "custom");
  if (preset !== undefined && preset !== shownPreset) {
    shownPreset = preset;
    setProps("range", { value: preset });
  }
}
