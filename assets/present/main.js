// @ts-check
// Presents boards on a screen, such as a TV: without controls, larger, in full screen, and one after the other.
/** @import { Dashboard } from "./rotation.js" */
import { listen, tell } from "../board/page/lazy.js";
import { isEditing } from "../board/page/modes.js";
import { board, find, get } from "../board/page/page.js";
import { place } from "../board/view/navigation.js";
import { fit } from "./fit.js";
import { watchIdling } from "./idling.js";
import { pressKey } from "./keys.js";
import { dashboards, nextOf } from "./rotation.js";
import { fillScreen, freeScreen, isFull, keepOn } from "./screen.js";
import { isOutdated, openStage } from "./stage.js";
import { openStrip } from "./strip.js";
import { takeTurns } from "./turns.js";

const OUTDATED_MS = 5_000; // between checks of the layout
const root = document.documentElement;

/** @type {ReturnType<typeof present> | null} */
let presentation = null;

function present() {
  const all = dashboards();
  const own = place().dashboard;
  const stop = new AbortController();
  const stage = openStage(listenIn);
  const turns = takeTurns({
    mayTurn: () => idling.isIdle(),
    onTurn: () => move(1),
    onChange: (isPaused) => strip.showPaused(isPaused),
  });
  const actions = { leave, move, pause: turns.togglePause, change: turns.resume };
  const strip = openStrip(all, actions);
  const idling = watchIdling({
    views: stage.views,
    isBusy: () => find(":hover, details[open], :focus-visible", strip.element) !== null,
    onWake: turns.stop,
    onRest() {
      strip.rest();
      turns.start();
    },
  });
  let current = own;

  /** @param {Dashboard} dashboard */
  async function show(dashboard) {
    const outcome = await stage.show(dashboard);
    if (outcome) {
      current = dashboard.slug; // a failed one is skipped at the next turn
      turns.start();
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

  /** Someone has changed the page's own dashboard. */
  function showChanges() {
    const dashboard = all.find(({ slug }) => slug === own);
    if (current === own && dashboard && isOutdated() && !get("#main").inert) {
      show(dashboard);
    }
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    idling.wake();
    pressKey(event, strip.element, actions);
  }

  /** @param {Window} view */
  function listenIn(view) {
    const options = { capture: true, signal: stop.signal };
    view.addEventListener("keydown", onKey, options);
    view.addEventListener("pointermove", idling.onPointer, options);
    view.addEventListener("pointerdown", idling.wake, options);
    idling.apply();
  }

  function leave() {
    if (stop.signal.aborted) {
      return;
    }
    stop.abort();
    turns.stop();
    idling.end();
    clearInterval(outdatedTimer);
    presentation = null;
    delete root.dataset.presenting;
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
  followScreen(stage.views, leave, stop.signal);
  const outdatedTimer = setInterval(showChanges, OUTDATED_MS);
  fit(window);
  fillScreen();
  keepOn();
  strip.showPaused(false);
  idling.wake();
  tell("presented");
  return { leave };
}

/**
 * Follow the size of the screen, keep it on, and leave with the end of full screen.
 * @param {() => Window[]} views
 * @param {() => void} leave
 * @param {AbortSignal} signal
 */
function followScreen(views, leave, signal) {
  let wasFull = false;
  const onFullscreen = () => {
    if (wasFull && !isFull()) {
      leave();
    }
    wasFull = isFull();
  };
  const onVisible = () => {
    if (!document.hidden) {
      keepOn();
    }
  };
  /** @param {UIEvent} event */
  const onResize = ({ isTrusted }) => {
    for (const view of isTrusted ? views() : []) {
      if (view.document.documentElement.dataset.presenting) {
        fit(view);
      }
    }
  };
  document.addEventListener("fullscreenchange", onFullscreen, { signal });
  document.addEventListener("visibilitychange", onVisible, { signal });
  window.addEventListener("resize", onResize, { signal });
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
