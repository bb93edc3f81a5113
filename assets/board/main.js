// @ts-check
// The board's page. Dash draws the board; these scripts do what Dash does not know of.

// Before Dash's renderer looks for components.
import "./table.js";
import "./elements.js";
// Before Dash requests anything, and before Plotly draws.
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

// The board comes with its numbers.
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

// Someone changed the dashboard: it has other panels now.
setInterval(() => {
  const version = opening()?.layoutVersion;
  if (version !== undefined && shown().layoutVersion > version) {
    (embed ?? location).reload();
  }
}, 1000);
