// @ts-check
// Handles refreshes that fail: shows one message and retries. Dash alone would show no error, and old
// numbers would look current.

import { html, setProps } from "../dash/dash.js";
import { viewName } from "../view/address.js";
import { refresh } from "../view/refresh.js";
import { isEnded } from "./ended.js";
import { embed } from "./handover.js";
import { shown, word } from "./island.js";
import { board, closest, find, language, panels } from "./page.js";
import { answered, connectionChanged } from "./signals.js";

const FIRST_MS = 5_000; // until the first retry; the time doubles with each
const LONGEST_MS = 60_000;
const JITTER = 0.2;
const MAX_DOUBLINGS = 9;
const NEVER_OLD = "has-text"; // notes depend on nothing
const SHOWS_NUMBERS = ["ready", "empty", "stale"];

/** @type {number | null} */
let failedSince = null;
let tries = 0;
/** @type {number | undefined} */
let timer;
/** When the next retry starts; null while one is running. @type {number | null} */
let nextAt = null;

export const isFailing = () => failedSince !== null || isEnded();

answered.on((response) => {
  if (isEnded()) {
    return;
  }
  if (response?.ok) {
    recover();
  } else if (board()) {
    fail(response);
  }
});

function recover() {
  if (failedSince === null) {
    return;
  }
  failedSince = null;
  nextAt = null;
  tries = 0;
  clearTimeout(timer);
  connectionChanged.emit();
}

/** @param {Response | null} response */
function fail(response) {
  failedSince ??= Date.now();
  tries += 1;
  markPanels(shown().view === viewName(location.search));
  if (response?.status === 400) {
    failedSince = null; // the server refused the view: a retry would get the same response
    showReason(response);
    return;
  }
  setProps("notice", { children: unreachable(failedSince) });
  connectionChanged.emit();
  schedule(response);
}

/**
 * Keep numbers of the same view and mark them as stale; remove numbers of another view.
 * @param {boolean} isSameView
 */
function markPanels(isSameView) {
  for (const { classList, dataset } of panels()) {
    if (classList.contains(NEVER_OLD)) {
      continue;
    }
    const slug = dataset.panel ?? "";
    if (isSameView && SHOWS_NUMBERS.includes(dataset.state ?? "")) {
      setProps({ type: "panel", slug }, { "data-state": "stale" });
    } else {
      setProps({ type: "panel", slug }, { "data-state": "error" });
      setProps({ type: "body", slug }, { children: couldNotLoad() });
    }
  }
  if (!isSameView) {
    setProps("dates", { children: "–" });
    setProps("before", { children: "" });
    setProps("insight", { children: null });
  }
}

/**
 * The server's reason for refusing a view.
 * @param {Response} response
 */
async function showReason(response) {
  const answer = await response.json().catch(() => null);
  const message = answer?.error?.message;
  if (message) {
    setProps("notice", { children: message });
    embed?.tellError(message);
  }
}

// -- Messages ---------------------------------------------------------------------------------------------

const alertIcon = () => html("I", { className: "ic ic-alert" });

function couldNotLoad() {
  return html("Div", { className: "state err quiet", children: [alertIcon(), word("failed")] });
}

/** @param {number} since */
function unreachable(since) {
  const retry = { className: "btn sm", type: "button", "data-retry": "true" };
  return html("Div", {
    className: "banner",
    children: [
      alertIcon(),
      html("Span", { children: word("unreachable", clock(since)) }),
      html("Span", { className: "again", "aria-hidden": "true" }),
      html("Button", { ...retry, children: word("retry") }),
    ],
  });
}

/** @param {number} moment */
function clock(moment) {
  return new Intl.DateTimeFormat(language(), {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: shown().zone || undefined,
  }).format(moment);
}

function showCountdown() {
  const text = find("#notice .again");
  if (!text || failedSince === null) {
    return;
  }
  const seconds = nextAt === null ? 0 : Math.ceil((nextAt - Date.now()) / 1000);
  text.textContent = seconds > 0 ? word("again", String(seconds)) : word("trying");
}
setInterval(showCountdown, 500);

// -- Retries ----------------------------------------------------------------------------------------------

/** @param {Response | null} response */
function pauseAfter(response) {
  const retryAfter = Number(response?.headers.get("Retry-After")) * 1000 || 0;
  const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, MAX_DOUBLINGS));
  return Math.max(retryAfter, pause * (1 - JITTER / 2 + JITTER * Math.random()));
}

/** @param {Response | null} response */
function schedule(response) {
  const pause = pauseAfter(response);
  clearTimeout(timer);
  nextAt = Date.now() + pause;
  timer = window.setTimeout(retry, pause);
}

// A hidden page retries as soon as it is visible.
function retry() {
  if (failedSince === null || isEnded() || document.hidden) {
    return;
  }
  clearTimeout(timer);
  nextAt = null;
  refresh();
}

document.addEventListener("visibilitychange", retry);
window.addEventListener("online", retry);
document.addEventListener("click", (event) => {
  if (!closest(event, "[data-retry]")) {
    return;
  }
  if (failedSince === null) {
    refresh();
  } else {
    retry();
  }
});
