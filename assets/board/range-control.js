// @ts-check
// Keeps the range control and the URL in step. The URL decides.
import { presetOf, setPreset } from "./address.js";
import { noUpdate, offerCallbacks, setProps } from "./dash.js";
import { embed } from "./handover.js";
import { opening } from "./island.js";
import { parameters } from "./navigation.js";

/** What the control shows: null is a custom range. @type {string | null | undefined} */
let shownPreset;
/** @type {string | null} */
let followed = null;

/** Whether the control shows the current URL's range. */
export const isFollowed = () => followed === location.search;

offerCallbacks("board", {
  /**
   * The URL for a preset that was chosen.
   * @param {string | null} preset
   * @param {string} search
   */
  writeAddress(preset, search) {
    const changed = new URLSearchParams(search);
    shownPreset = preset;
    if (!preset || presetOf(changed, opening()) === preset) {
      return noUpdate();
    }
    setPreset(changed, preset);
    return `?${changed}`;
  },
});

/** The board has been drawn with the range of the URL. */
export function beginWithAddress() {
  shownPreset = presetOf(parameters(), opening());
  followAddress();
}

/** Show the range of the URL, which Back, Forward, a link, or a control may have changed. */
export function followAddress() {
  if (isFollowed()) {
    return;
  }
  followed = location.search;
  const preset = presetOf(parameters(), opening());
  embed?.tellRange(preset || "custom");
  if (preset !== undefined && preset !== shownPreset) {
    shownPreset = preset;
    setProps("range", { value: preset });
  }
}
