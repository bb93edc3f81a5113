// @ts-check
// Intercepts all requests of Dash's renderer: adds the token of an embedded page, goes to the login page
// if the session has ended, and retries the request for the layout.
/** @import { Embed } from "../../types" */
import { endWith, isEnded } from "../page/ended.js";
import { earlyLayout, embed } from "../page/handover.js";
import { word } from "../page/island.js";
import { answered, requested } from "../page/signals.js";
import { toast } from "../page/toast.js";
import { never, pause } from "../page/waiting.js";
import { place } from "./navigation.js";
import { refresh } from "./refresh.js";

const FIRST_MS = 1_000; // until the layout is requested again; doubles with each retry
const LONGEST_MS = 30_000;

/** @typedef {Parameters<typeof fetch>[0]} Resource */
/** @typedef {(resource: Resource, options?: RequestInit) => Promise<Response>} Send */

/** @type {Send} */
const plainFetch = window.fetch.bind(window);
let early = earlyLayout;

/** @type {Send} */
const send = embed ? withToken(embed) : plainFetch;

/**
 * @param {Embed} session
 * @returns {Send}
 */
function withToken(session) {
  return (resource, options) => sendWithToken(session, resource, options);
}

/**
 * Send a request with the page's token and without cookies. If the token is refused, renew it and retry
 * once.
 * @param {Embed} session
 * @param {Resource} resource
 * @param {RequestInit} [options]
 */
async function sendWithToken(session, resource, options) {
  /** @param {string} header */
  const attempt = (header) => {
    const headers = new Headers(options?.headers);
    headers.set("Authorization", header);
    const own = { credentials: "omit", referrerPolicy: "no-referrer", headers };
    return plainFetch(resource, /** @type {RequestInit} */ ({ ...options, ...own }));
  };
  const header = await session.header();
  const response = await attempt(header);
  if (response.status !== 401) {
    return response;
  }
  await session.renewAfter(header);
  return attempt(await session.header());
}

// -- The layout -------------------------------------------------------------------------------------------

/** The response to the page's early request, the first time; otherwise, send a new request. @type {Send} */
async function sendLayout(resource, options) {
  const first = early;
  early = undefined;
  const response = await first?.catch(() => null);
  return response?.ok ? response : send(resource, options);
}

/**
 * Request the layout until there is a response: without it, there is no board.
 * @param {Resource} resource
 * @param {RequestInit} [options]
 */
async function sendLayoutUntilAnswered(resource, options) {
  for (let wait = FIRST_MS; ; wait = Math.min(2 * wait, LONGEST_MS)) {
    try {
      const response = await sendLayout(resource, options);
      if (response.status < 500 || embed) {
        return response;
      }
    } catch (error) {
      if (embed) {
        throw error; // embed/session.js retries or ends the session
      }
    }
    toast(word("noAnswer"));
    await pause(wait);
  }
}

// -- What the renderer requests -----------------------------------------------------------------------------

/** @type {Send} */
window.fetch = async (resource, options) => {
  const url = String(resource instanceof Request ? resource.url : resource);
  if (url.includes("/_dash-dependencies")) {
    return dependencies();
  }
  const isLayout = url.includes("/_dash-layout");
  if (!isLayout && !url.includes("/_dash-")) {
    return plainFetch(resource, options);
  }
  if (isEnded()) {
    return never();
  }
  // The server needs the parameters of the page to create the layout for the right view.
  return isLayout
    ? checked(await sendLayoutUntilAnswered(url + location.search, options))
    : sendCallback(url, resource, options);
};

/** Return the list of callbacks from the page: it is the same for everyone. */
function dependencies() {
  const text = document.getElementById("dependencies")?.textContent;
  return new Response(text, { headers: { "Content-Type": "application/json" } });
}

/**
 * @param {string} url
 * @param {Resource} resource
 * @param {RequestInit} [options]
 */
async function sendCallback(url, resource, options) {
  const isRefresh = url.includes("/_dash-update-component");
  if (isRefresh) {
    requested.emit();
  }
  const response = await send(resource, options).catch((error) => {
    if (isRefresh) {
      answered.emit(null);
    }
    throw error;
  });
  const allowed = await checked(response);
  if (isRefresh) {
    answered.emit(allowed.clone());
  }
  return allowed;
}

/**
 * Return the response, unless it means that the viewer has lost access to the board.
 * @param {Response} response
 */
function checked(response) {
  if (response.status === 401 && !embed) {
    const next = encodeURIComponent(location.pathname + location.search);
    location.assign(`${place().root}/login?next=${next}`);
    return never();
  }
  if (response.status === 403 || response.status === 404) {
    endWith(response);
    return never();
  }
  return response;
}

/**
 * Send a request of our own scripts, such as for a file, with the credentials of the page.
 * @param {string} resource
 * @param {RequestInit} [options]
 */
export async function sendOwn(resource, options) {
  const own = embed ? options : { ...options, credentials: /** @type {const} */ ("same-origin") };
  const response = await send(resource, own);
  if ([401, 403, 404].includes(response.status)) {
    refresh(); // shows whether only the file is missing, or the whole board
  }
  return response;
}
