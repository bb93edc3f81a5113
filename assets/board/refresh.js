// @ts-check
// Asking for new numbers, and showing that they are on their way.
import { setProps } from "./dash.js";
import { board, find, panels } from "./page.js";
import { followAddress, isFollowed } from "./range-control.js";
import { answered, requested } from "./signals.js";

const LATEST_MS = 400; // from a response until the board is no longer busy, even if nothing changed
const VIEWERS_TICKS = 1_000_000; // far from the ones that the clock counts

let count = 0;
let isRequestedByViewer = false;

/** Ask for new numbers. */
export function refresh() {
  count += 1;
  isRequestedByViewer = true;
  setProps("tick", { n_intervals: VIEWERS_TICKS + count });
}

/**
 * On the elements themselves: Dash does not read it, and need not tell all of its components.
 * @param {boolean} isBusy
 */
function setBusy(isBusy) {
  for (const element of [...panels(), board()]) {
    element?.setAttribute("aria-busy", String(isBusy));
  }
}

export const showIdle = () => setBusy(false);

// Viewers who chose something see progress; automatic refreshes are quiet.
requested.on(() => {
  board()?.toggleAttribute("data-quiet", !isRequestedByViewer && isFollowed());
  isRequestedByViewer = false;
  setBusy(true);
  find(".ic-refresh")?.classList.add("turning");
  followAddress();
});

answered.on((response) => {
  setTimeout(showIdle, response?.status === 200 ? LATEST_MS : 0);
});

// The icon turns at least once, and stops where it began.
document.addEventListener("animationiteration", (event) => {
  const isIdle = board()?.getAttribute("aria-busy") === "false";
  if (event.animationName === "turn" && isIdle && event.target instanceof Element) {
    event.target.classList.remove("turning");
  }
});
