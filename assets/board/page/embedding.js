// @ts-check
// The board's interface for the scripts of an embedded page (embed/main.js).
/** @import { EmbeddedBoard } from "../../types" */

import { setProps } from "../dash/dash.js";
import { setPreset } from "../view/address.js";
import { go } from "../view/navigation.js";
import { refresh } from "../view/refresh.js";
import { opening } from "./island.js";
import { heightsOnPaper } from "./print.js";
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
