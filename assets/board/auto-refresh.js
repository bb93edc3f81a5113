// @ts-check
// Automatic refreshes: how often, and when there are none.
import { setProps } from "./dash.js";
import { isFailing } from "./failing.js";
import { limits } from "./island.js";
import { goTo, parameters } from "./navigation.js";
import { all, board } from "./page.js";
import { connectionChanged } from "./signals.js";

const JITTER = 0.2; // of the interval: boards that were opened together refresh at different times

/** The rate that the URL asks for, as a word. */
function rate() {
  const { refreshMs, defaultRefresh } = limits();
  const word = parameters().get("refresh");
  return word !== null && Object.hasOwn(refreshMs, word) ? word : defaultRefresh;
}

/** Milliseconds between automatic refreshes; 0 is never. */
export const interval = () => limits().refreshMs[rate()];

/** Whether a refresh would change nothing, nobody would see it, or the viewer wants none. */
export function isPaused() {
  const asked = parameters();
  return (
    asked.has("as_of") || asked.has("from") || document.hidden || interval() === 0 || isFailing()
  );
}

let applied = "";

/** Start, stop, or change the clock as the URL and the page ask for. */
export function updateClock() {
  const wanted = [rate(), isPaused()].join();
  if (!board() || wanted === applied) {
    return;
  }
  applied = wanted;
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
  for (const item of all("[data-often]")) {
    if (item.dataset.often === rate()) {
      item.setAttribute("aria-current", "true");
    } else {
      item.removeAttribute("aria-current");
    }
  }
}

/** @param {string} word */
export function chooseRate(word) {
  goTo("refresh", word === limits().defaultRefresh ? "" : word);
  setTimeout(updateClock);
}

connectionChanged.on(updateClock);
window.addEventListener("popstate", () => setTimeout(updateClock)); // without a response, too
