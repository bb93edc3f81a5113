// @ts-check
// Presents boards on a screen, such as a TV: without controls, larger, in full screen, and one after the other.
/** @import { Dashboard } from "./rotation.js" */
import { listen, tell } from "../board/page/lazy.js";
import { isEditing } from "../board/page/modes.js";
import { board, closest, find, get } from "../board/page/page.js";
import { place } from "../board/view/navigation.js";
import { fit } from "./fit.js";
import { dashboards, nextOf, TURNS, turn } from "./rotation.js";
import { fillScreen, freeScreen, isFull, keepOn } from "./screen.js";
import { isOutdated, openStage } from "./stage.js";
import { openStrip } from "./strip.js";

const IDLE_MS = 3_000; // without a movement, until the pointer and the controls are hidden
const OUTDATED_MS = 5_000; // between checks of the layout
const SCROLLING = ["Tab", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
const root = document.documentElement;

/** @type {ReturnType<typeof present> | null} */
let presentation = null;

function present() {
  const all = dashboards();
  const own = place().dashboard;
  const stop = new AbortController();
  const stage = openStage(listenIn);
  const strip = openStrip(all, { leave, move, pause, change });
  let current = own;
  let isPaused = false;
  let turnTimer = 0;
  let idleTimer = 0;
  let pointer = "";

  // -- Turns ----------------------------------------------------------------------------------------------

  /** @param {Dashboard} dashboard */
  async function show(dashboard) {
    const outcome = await stage.show(dashboard);
    if (outcome) {
      current = dashboard.slug; // a failed one is skipped at the next turn
      scheduleTurn();
    }
    if (outcome === "failed") {
      leaveIfSignedOut();
    }
  }

  /** @param {1 | -1} direction */
  function move(direction) {
    const next = nextOf(all, current, direction);
    if (next) {
      show(next);
    }
  }

  function scheduleTurn() {
    clearTimeout(turnTimer);
    strip.showPaused(isPaused);
    if (TURNS[turn()] && !isPaused && isIdle()) {
      turnTimer = window.setTimeout(() => move(1), TURNS[turn()]);
    }
  }

  function pause() {
    isPaused = !isPaused;
    scheduleTurn();
  }

  function change() {
    isPaused = false;
    scheduleTurn();
  }

  // -- Pointer and keys -------------------------------------------------------------------------------------

  const isIdle = () => "idle" in root.dataset;

  /** After a movement or a key, show the controls, and let the turns wait. */
  function wake() {
    setIdle(false);
    clearTimeout(turnTimer);
    clearTimeout(idleTimer);
    idleTimer = window.setTimeout(rest, IDLE_MS);
  }

  function rest() {
    if (find(":hover, details[open], :focus-visible", strip.element)) {
      wake();
      return;
    }
    setIdle(true);
    scheduleTurn();
  }

  /** @param {boolean} isIdle */
  function setIdle(isIdle) {
    for (const { document } of stage.views()) {
      document.documentElement.toggleAttribute("data-idle", isIdle);
    }
  }

  /** @param {PointerEvent} event */
  function onPointer({ screenX, screenY }) {
    const at = `${screenX} ${screenY}`; // browsers also tell of pointers that rest while the page changes
    if (at !== pointer) {
      pointer = at;
      wake();
    }
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    wake();
    if (ctrlKey || metaKey || altKey || find("details[open]", strip.element)) {
      return;
    }
    event.stopPropagation(); // from the board's own shortcuts
    const isChoosing = closest(event, "select");
    if (key === "Escape" || (key === "f" && !isChoosing)) {
      leave();
    } else if ((key === "ArrowRight" || key === "ArrowLeft") && !isChoosing) {
      move(key === "ArrowRight" ? 1 : -1);
    } else if (SCROLLING.includes(key) || closest(event, ".strip")) {
      return; // what keys do by themselves
    } else if (key === " ") {
      pause();
    }
    event.preventDefault();
  }

  /** @param {Window} view */
  function listenIn(view) {
    const options = { capture: true, signal: stop.signal };
    view.addEventListener("keydown", onKey, options);
    view.addEventListener("pointermove", onPointer, options);
    view.addEventListener("pointerdown", wake, options);
    setIdle(isIdle());
  }

  // -- The screen -------------------------------------------------------------------------------------------

  let wasFull = false;
  document.addEventListener(
    "fullscreenchange",
    () => {
      if (wasFull && !isFull()) {
        leave();
      }
      wasFull = isFull();
    },
    { signal: stop.signal },
  );
  document.addEventListener(
    "visibilitychange",
    () => {
      if (!document.hidden) {
        keepOn();
      }
    },
    { signal: stop.signal },
  );
  window.addEventListener(
    "resize",
    ({ isTrusted }) => {
      for (const view of isTrusted ? stage.views() : []) {
        if (view.document.documentElement.dataset.presenting) {
          fit(view);
        }
      }
    },
    { signal: stop.signal },
  );
  const outdatedTimer = setInterval(() => {
    const dashboard = all.find(({ slug }) => slug === own);
    if (current === own && dashboard && isOutdated() && !get("#main").inert) {
      show(dashboard);
    }
  }, OUTDATED_MS);

  // -- The beginning and the end ----------------------------------------------------------------------------

  function leave() {
    if (stop.signal.aborted) {
      return;
    }
    stop.abort();
    clearTimeout(turnTimer);
    clearTimeout(idleTimer);
    clearInterval(outdatedTimer);
    presentation = null;
    delete root.dataset.presenting;
    setIdle(false);
    strip.element.remove();
    stage.close();
    freeScreen();
    tell("presented");
    if (current !== own || isOutdated()) {
      all.find(({ slug }) => slug === current)?.link.click();
    }
  }

  document.body.click(); // closes menus, and puts a large panel back
  root.dataset.presenting = "stage";
  listenIn(window);
  fit(window);
  fillScreen();
  keepOn();
  strip.showPaused(false);
  wake();
  tell("presented");
  return { leave };
}

/** After the end of the session, every board is refused: the page itself leads to the login. */
async function leaveIfSignedOut() {
  const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
  if (answer?.type === "opaqueredirect") {
    location.reload();
  }
}

listen("present", () => {
  if (board() && !presentation && !isEditing()) {
    presentation = present();
  }
});
