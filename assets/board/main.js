// @ts-check
// The entry point of the board's scripts. Dash draws the board; these scripts add what Dash lacks.

// These define components, before Dash's renderer looks for them.
import "./table.js";
import "./elements.js";
// These wrap functions, before Dash sends requests and Plotly draws.
import "./requests.js";
import "./drawing.js";
import "./axis-labels.js";
import "./chart-pointer.js";
import "./chart-keys.js";
import "./controls.js";
import "./dropdown.js";
import "./panel-menu.js";
import "./shortcuts.js";
import "./wheel.js";
import "./zones.js";
import "../pages/header.js";
import { noteCurrent, showAges } from "./ages.js";
import { embeddedBoard } from "./embedding.js";
import { fitNumbers } from "./fit-numbers.js";
import { embed } from "./handover.js";
import { onShown, opening, shown } from "./island.js";
import { board, get } from "./page.js";
import { beginWithAddress } from "./range-control.js";
import { showIdle } from "./refresh.js";
import { opened, refreshed } from "./signals.js";

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
}

const waiting = new MutationObserver(() => {
  if (board()) {
    waiting.disconnect();
    begin();
  }
});
waiting.observe(get("#react-entry-point"), { childList: true, subtree: true });

// Reload after someone has changed the layout of the dashboard.
setInterval(() => {
  const version = opening()?.layoutVersion;
  if (version !== undefined && shown().layoutVersion > version) {
    (embed ?? location).reload();
  }
}, 1000);
