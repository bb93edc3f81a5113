// @ts-check
// The board's interface for the scripts of an embedded page (embed/main.js).
/** @import { EmbeddedBoard } from "../../types" */

import { setProps } from "../dash/dash.js";
import { refresh } from "../view/refresh.js";
import { opening } from "./island.js";
import { heightsOnPaper } from "./print.js";
import { refreshed } from "./signals.js";

/** @param {string} preset */
function choosePreset(preset) {
  if (opening()?.presets.includes(preset)) {
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
