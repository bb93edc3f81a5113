// @ts-check
// The board's interface for the scripts of an embedded page (embed/main.js).
/** @import { EmbeddedBoard } from "../types" */
import { setPreset } from "./address.js";
import { setProps } from "./dash.js";
import { opening } from "./island.js";
import { go } from "./navigation.js";
import { heightsOnPaper } from "./print.js";
import { refresh } from "./refresh.js";
import { refreshed } from "./signals.js";

/** @param {string} preset */
function choosePreset(preset) {
  const { presets = [], offMenuPresets = [] } = opening() ?? {};
  if (offMenuPresets.includes(preset)) {
    go((changed) => setPreset(changed, preset));
    return true;
  }
  if (presets.includes(preset)) {
    setProps("range", { value: preset });
    return true;
  }
  return false;
}

/** @type {EmbeddedBoard} */
export const embeddedBoard = {
  choosePreset,
  refresh,
  heightsOnPaper,
  onRefreshed: refreshed.on,
};
