// @ts-check
// Shows how old the numbers are: for the board once they are a minute old, for a stale panel at once.
// Only time differences in this browser count, because a viewer's clock may be wrong.

import { word } from "../page/island.js";
import { board, find, get, language, panels } from "../page/page.js";
import { answered } from "../page/signals.js";
import { interval, isPaused, updateTimer } from "../view/auto-refresh.js";
import { parameters } from "../view/navigation.js";
import { refresh } from "../view/refresh.js";

const OLD_MS = 60_000;
const MINUTES_BELOW = 60;
const HOURS_BELOW = 48;

/** When the server last confirmed the numbers of the board; null before there is a board. @type {number | null} */
let checkedAt = null;

/** When the numbers of stale panels were current. @type {WeakMap<HTMLElement, number | null>} */
const currentAt = new WeakMap();

/** Note that the numbers of the board are current now. */
export function noteCurrent() {
  checkedAt = Date.now();
}

/** Milliseconds since the numbers were current. */
const age = () => (checkedAt === null ? 0 : Date.now() - checkedAt);

/** @param {number | null} moment */
function ago(moment) {
  const format = new Intl.RelativeTimeFormat(language(), { style: "short" });
  const seconds = Math.max(0, Math.round((Date.now() - (moment ?? 0)) / 1000));
  const minutes = Math.round(seconds / 60);
  const hours = Math.round(minutes / 60);
  if (seconds < 60) {
    return format.format(-seconds, "second");
  }
  if (minutes < MINUTES_BELOW) {
    return format.format(-minutes, "minute");
  }
  return hours < HOURS_BELOW
    ? format.format(-hours, "hour")
    : format.format(-Math.round(hours / 24), "day");
}

export function showAges() {
  const current = board();
  if (!current) {
    return;
  }
  const isOld = checkedAt !== null && age() >= OLD_MS && !parameters().has("as_of");
  const text = find(".fresh .age", current);
  if (text) {
    text.textContent = current.dataset.asOf && isOld ? `, ${ago(checkedAt)}` : "";
  }
  find(".live", current)?.classList.toggle("off", isPaused());
  showPanelAges();
}

// If all panels with numbers are stale, a message above them says so, and their ages appear after a minute.
function showPanelAges() {
  const stale = panels().filter((panel) => panel.dataset.state === "stale");
  const isPartlyStale = panels().some((panel) => !panel.matches(".has-text, [data-state=stale]"));
  for (const panel of panels()) {
    const isStale = stale.includes(panel);
    if (!isStale || !currentAt.has(panel)) {
      currentAt.set(panel, checkedAt);
    }
    const moment = currentAt.get(panel) ?? null;
    const isShown = isStale && (isPartlyStale || Date.now() - (moment ?? 0) >= OLD_MS);
    panel.toggleAttribute("data-old", isShown);
    if (isShown) {
      get(".old-age", panel).textContent = word("old", ago(moment));
    }
  }
}

// A 204 means that nothing has changed, so the numbers are current then, too.
answered.on((response) => {
  if (response?.ok) {
    noteCurrent();
  }
});

// When a viewer returns to the page, refresh at once if a refresh is overdue.
document.addEventListener("visibilitychange", () => {
  updateTimer();
  if (!document.hidden && !isPaused() && age() > interval()) {
    refresh();
  }
});

setInterval(showAges, 1000);
