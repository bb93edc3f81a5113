// @ts-check
// Requests new numbers, and shows that a request is running.
import { setProps } from "../dash/dash.js";
import { board, find, panels } from "../page/page.js";
import { answered, requested } from "../page/signals.js";
import { followAddress, isFollowed } from "./range-control.js";

const MAX_BUSY_MS = 400; // after a response, the board stops being busy, even if nothing changed
const MANUAL_TICKS = 1_000_000; // far from the numbers that the timer reaches

let count = 0;
let isRequestedByViewer = false;

/** Request new numbers. */
export function refresh() {
  count += 1;
  isRequestedByViewer = true;
  setProps("tick", { n_intervals: MANUAL_TICKS + count });
}

/**
 * Set `aria-busy` directly on the elements, because `setProps` would notify all of Dash's components.
 * @param {boolean} isBusy
 */
function setBusy(isBusy) {
  for (const element of [...panels(), board()]) {
    element?.setAttribute("aria-busy", String(isBusy));
  }
}

export const showIdle = () => setBusy(false);

// Viewers see progress for their own actions, but not for automatic refreshes.
requested.on(() => {
  board()?.toggleAttribute("data-quiet", !isRequestedByViewer && isFollowed());
  isRequestedByViewer = false;
  setBusy(true);
  find(".ic-refresh")?.classList.add("turning");
  followAddress();
});

answered.on((response) => {
  setTimeout(showIdle, response?.status === 200 ? MAX_BUSY_MS : 0);
});

// The icon makes only full turns.
document.addEventListener("animationiteration", (event) => {
  const isIdle = board()?.getAttribute("aria-busy") === "false";
  if (event.animationName === "turn" && isIdle && event.target instanceof Element) {
    event.target.classList.remove("turning");
  }
});
