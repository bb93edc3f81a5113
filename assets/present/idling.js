// @ts-check
// Whether someone is at the screen. Without a movement or a key for a while, the pointer and the controls hide.

const IDLE_MS = 3_000;
const BUSY_MS = 10_000; // the same, while the pointer or the focus is on the controls
const root = document.documentElement;

/**
 * @typedef {object} Idling
 * @property {() => Window[]} views which hide their pointer
 * @property {() => boolean} isBusy whether someone uses the controls
 * @property {() => void} onWake
 * @property {() => void} onRest
 */

/** @param {Idling} idling */
export function watchIdling({ views, isBusy, onWake, onRest }) {
  let timer = 0;
  let used = 0; // when there was the last movement or key
  let pointer = "";

  const isIdle = () => "idle" in root.dataset;

  /** @param {boolean} isIdle */
  function set(isIdle) {
    for (const { document } of views()) {
      document.documentElement.toggleAttribute("data-idle", isIdle);
    }
  }

  function wake() {
    used = performance.now();
    set(false);
    onWake();
    wait();
  }

  function wait() {
    clearTimeout(timer);
    timer = window.setTimeout(rest, IDLE_MS);
  }

  function rest() {
    if (isBusy() && performance.now() - used < BUSY_MS) {
      wait();
      return;
    }
    set(true);
    onRest();
  }

  return {
    isIdle,
    wake,
    /** A window has been added. */
    apply: () => set(isIdle()),
    /** @param {PointerEvent} event */
    onPointer({ screenX, screenY }) {
      const at = `${screenX} ${screenY}`; // browsers also tell of pointers that rest while the page changes
      if (at !== pointer) {
        pointer = at;
        wake();
      }
    },
    end() {
      clearTimeout(timer);
      set(false);
    },
  };
}
