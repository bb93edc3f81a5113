// @ts-check
// Shows other dashboards over the page, each in a frame that stays: full screen does not end, and the next turn
// of a dashboard shows it at once. The page's own dashboard needs no frame.
/** @import { Dashboard } from "./rotation.js" */
import { filesOf, opening, shown } from "../board/page/island.js";
import { find, get, make } from "../board/page/page.js";
import { place } from "../board/view/navigation.js";
import { fit, unfit } from "./fit.js";

const MOST_FRAMES = 6;
const POLL_MS = 100;
const LONGEST_MS = 30_000;

/** @typedef {"shown" | "failed"} Outcome */

/** Someone changed the page's own dashboard: its frame shows the new layout. */
export const isOutdated = () => shown().layoutVersion > (opening()?.layoutVersion ?? 0);

/**
 * @param {(view: Window) => void} listenIn called with the window of each frame that is loaded
 */
export function openStage(listenIn) {
  const element = document.body.appendChild(make("div", "stage"));
  /** The last one is the one that was used last. @type {Map<string, HTMLIFrameElement>} */
  const frames = new Map();
  const main = get("#main");
  let asked = 0;

  /** @param {Dashboard} dashboard */
  function frameOf({ slug, title, link }) {
    const frame = frames.get(slug) ?? make("iframe");
    frames.delete(slug);
    frames.set(slug, frame);
    if (!frame.isConnected) {
      frame.title = title;
      frame.addEventListener("load", () => prepare(frame));
      frame.src = addressOf(link);
      element.append(frame);
      drop();
    }
    return frame;
  }

  /** Remove the frames that were not used for longest. */
  function drop() {
    for (const [slug, frame] of frames) {
      if (frames.size > MOST_FRAMES && !frame.dataset.shown) {
        frame.remove();
        frames.delete(slug);
      }
    }
  }

  /** @param {HTMLIFrameElement} frame */
  async function prepare(frame) {
    const page = frame.contentDocument;
    const view = frame.contentWindow;
    if (!page || !view || !find("#react-entry-point", page)) {
      frame.dataset.failed = "true"; // an error, or the login
      return;
    }
    const styles = filesOf("present")?.styles ?? [];
    await Promise.all(styles.map((href) => addStyle(page, href)));
    page.documentElement.dataset.presenting = "framed";
    listenIn(view);
  }

  /**
   * Show a dashboard as soon as it is drawn.
   * @param {Dashboard} dashboard
   * @returns {Promise<Outcome | null>} null if another one was asked for meanwhile
   */
  async function show(dashboard) {
    asked += 1;
    const question = asked;
    const isOwn = dashboard.slug === place().dashboard && !isOutdated();
    const frame = isOwn ? null : frameOf(dashboard);
    const isReady = frame === null || (await ready(frame));
    if (question !== asked) {
      return null;
    }
    if (!isReady) {
      frame?.remove();
      frames.delete(dashboard.slug);
      return "failed";
    }
    if (frame?.contentWindow) {
      fit(frame.contentWindow);
    }
    for (const other of frames.values()) {
      other.toggleAttribute("data-shown", other === frame);
    }
    element.toggleAttribute("data-shown", frame !== null);
    main.inert = frame !== null;
    return "shown";
  }

  return {
    show,
    /** The windows of the page and of all frames. */
    views: () =>
      [window, ...[...frames.values()].map((frame) => frame.contentWindow)].filter(
        (view) => view !== null,
      ),
    close() {
      asked += 1;
      element.remove();
      main.inert = false;
      unfit(window);
    },
  };
}

/**
 * @param {Document} page
 * @param {string} href
 * @returns {Promise<void>} when the style applies
 */
function addStyle(page, href) {
  return new Promise((resolve) => {
    const link = Object.assign(page.createElement("link"), { rel: "stylesheet", href });
    link.onload = () => resolve();
    page.head.append(link);
  });
}

/** @param {HTMLAnchorElement} link */
function addressOf(link) {
  const address = new URL(link.href);
  if (address.searchParams.get("refresh") === "off") {
    address.searchParams.delete("refresh");
  }
  return address.href;
}

/** @param {HTMLIFrameElement} frame */
async function ready(frame) {
  const until = Date.now() + LONGEST_MS;
  while (Date.now() < until && frame.isConnected && !frame.dataset.failed) {
    const page = frame.contentDocument;
    const isDrawn = page && find("#board", page) && !find(".plot:not(:has(.main-svg))", page);
    if (isDrawn && page.documentElement.dataset.presenting) {
      return true;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS);
    });
  }
  return false;
}
