// @ts-check
// Automatic refreshes: how often they happen, and when they pause.
import { setProps } from "../dash/dash.js";
import { isFailing } from "../page/failing.js";
import { limits } from "../page/island.js";
import { listen } from "../page/lazy.js";
import { isPresenting } from "../page/modes.js";
import { all, board } from "../page/page.js";
import { connectionChanged } from "../page/signals.js";
import { goTo, parameters } from "./navigation.js";

const JITTER = 0.2; // of the interval: boards that were opened together refresh at different times

/** The refresh rate in the URL, or the default. Presented boards are always refreshed. */
function rate() {
  const { refreshMs, defaultRefresh } = limits();
  const word = parameters().get("refresh");
  const isKnown = word !== null && Object.hasOwn(refreshMs, word);
  return isKnown && (refreshMs[word] || !isPresenting()) ? word : defaultRefresh;
}

/** Milliseconds between automatic refreshes; 0 is never. */
export const interval = () => limits().refreshMs[rate()];

/** Whether automatic refreshes pause: the range is fixed, the page is hidden, or they are off. */
export function isPaused() {
  const view = parameters();
  return (
    view.has("as_of") || view.has("from") || document.hidden || interval() === 0 || isFailing()
  );
}

let applied = "";

/** Start, stop, or change the refresh timer to match the URL and the page. */
export function updateTimer() {
  const setting = [rate(), isPaused()].join();
  if (!board() || setting === applied) {
    return;
  }
  applied = setting;
  const { refreshMs, defaultRefresh } = limits();
  setProps("tick", {
    disabled: isPaused(),
    interval: jittered(interval() || refreshMs[defaultRefresh]),
  });
  markRate();
}

/** @param {number} milliseconds */
const jittered = (milliseconds) =>
  Math.round(milliseconds * (1 - JITTER / 2 + JITTER * Math.random()));

function markRate() {
  for (const item of all("[data-rate]")) {
    if (item.dataset.rate === rate()) {
      item.setAttribute("aria-current", "true");
    } else {
      item.removeAttribute("aria-current");
    }
  }
}

/** @param {string} word */
export function chooseRate(word) {
  goTo("refresh", word === limits().defaultRefresh ? "" : word);
  setTimeout(updateTimer);
}

connectionChanged.on(updateTimer);
listen("presented", updateTimer);
window.addEventListener("popstate", () => setTimeout(updateTimer)); // also if there is no response
