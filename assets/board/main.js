// @ts-check
// The entry point of the board's scripts. Dash draws the board; these scripts add what Dash lacks.

// These define components, before Dash's renderer looks for them.
import "./dash/table.js";
import "./dash/elements.js";
// These wrap functions, before Dash sends requests and Plotly draws.
import "./view/requests.js";
import "./chart/drawing.js";
import "./chart/axis-labels.js";
import "./chart/chart-pointer.js";
import "./chart/chart-keys.js";
import "./view/controls.js";
import "./view/dropdown.js";
import "./view/insight.js";
import "./views/menu.js";
import "./panel/heat-map.js";
import "./panel/large-number.js";
import "./panel/metric.js";
import "./panel/panel-menu.js";
import "./page/editor.js";
import "./page/presenting.js";
import "./panel/tabs.js";
import "./drill/large-list.js";
import "./page/shortcuts.js";
import "./panel/wheel.js";
import "./time/comparison.js";
import "./time/zones.js";
import "../pages/header.js";
import { sayAfterReload } from "./page/after-reload.js";
import { embeddedBoard } from "./page/embedding.js";
import { embed } from "./page/handover.js";
import { onShown, opening, shown } from "./page/island.js";
import { isEditing, isStage } from "./page/modes.js";
import { board, get } from "./page/page.js";
import { opened, refreshed } from "./page/signals.js";
import { noteCurrent, showAges } from "./panel/ages.js";
import { fitNumbers } from "./panel/fit-numbers.js";
import { beginWithAddress } from "./view/range-control.js";
import { showIdle } from "./view/refresh.js";

// Dash has drawn the board, including its first numbers.
function begin() {
  noteCurrent();
  beginWithAddress();
  onShown(() => {
    showIdle();
    showAges();
    fitNumbers();
    refreshed.emit();
  });
  fitNumbers();
  opened.emit();
  refreshed.emit();
  embed?.connect(embeddedBoard);
  sayAfterReload();
}

const waiting = new MutationObserver(() => {
  if (board()) {
    waiting.disconnect();
    begin();
  }
});
waiting.observe(get("#react-entry-point"), { childList: true, subtree: true });

// Reload after someone has changed the layout of the dashboard, unless this page is editing or presenting it.
setInterval(() => {
  const version = opening()?.layoutVersion;
  if (isEditing() || isStage()) {
    return;
  }
  if (version !== undefined && shown().layoutVersion > version) {
    (embed ?? location).reload();
  }
}, 1000);
