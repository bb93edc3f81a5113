// @ts-check
// How old the numbers are: of the board once they are a minute old, of a single panel at once. Measured
// by the time that passes here, because a viewer's clock may be wrong.
import { interval, isPaused, updateClock } from "./auto-refresh.js";
import { word } from "./island.js";
import { parameters } from "./navigation.js";
import { board, find, get, language, panels } from "./page.js";
import { refresh } from "./refresh.js";
import { answered } from "./signals.js";

const OLD_MS = 60_000;
const MINUTES_BELOW = 60;
const HOURS_BELOW = 48;

/** When the server last said what is current; null before the board is there. @type {number | null} */
let checkedAt = null;

/** When the numbers of stale panels were current. @type {WeakMap<HTMLElement, number | null>} */
const freshAt = new WeakMap();

/** The numbers of the board are current now. */
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

// If all panels are stale, the board says so at first.
function showPanelAges() {
  const stale = panels().filter((panel) => panel.dataset.state === "stale");
  const areSome = stale.length < panels().length;
  for (const panel of panels()) {
    const isStale = stale.includes(panel);
    if (!isStale || !freshAt.has(panel)) {
      freshAt.set(panel, checkedAt);
    }
    const moment = freshAt.get(panel) ?? null;
    const isShown = isStale && (areSome || Date.now() - (moment ?? 0) >= OLD_MS);
    panel.toggleAttribute("data-old", isShown);
    if (isShown) {
      get(".old-age", panel).textContent = word("old", ago(moment));
    }
  }
}

// After a 204 as well: nothing has changed, so the numbers are current.
answered.on((response) => {
  if (response?.ok) {
    noteCurrent();
  }
});

// Viewers who come back do not wait for numbers that are due.
document.addEventListener("visibilitychange", () => {
  updateClock();
  if (!document.hidden && !isPaused() && age() > interval()) {
    refresh();
  }
});

setInterval(showAges, 1000);
