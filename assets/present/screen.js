// @ts-check
// The whole screen, which stays on. Browsers may refuse both: the board then fills the window.

/** @type {WakeLockSentinel | null} */
let lock = null;

export const isFull = () => document.fullscreenElement !== null;

export async function fillScreen() {
  try {
    await document.documentElement.requestFullscreen?.({ navigationUI: "hide" });
  } catch {}
}

export async function freeScreen() {
  lock?.release();
  lock = null;
  if (isFull()) {
    await document.exitFullscreen();
  }
}

/** Keep the screen on. Browsers end this when the page is hidden. */
export async function keepOn() {
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {}
}
