// @ts-check
// Everything that Dash's renderer requests passes through here: with the token of an embedded page, to
// the login page if the session has ended, and again if there is no answer to the layout.
/** @import { Embed } from "../types" */
import { endWith, isOver } from "./ended.js";
import { earlyLayout, embed } from "./handover.js";
import { word } from "./island.js";
import { refresh } from "./refresh.js";
import { answered, requested } from "./signals.js";
import { toast } from "./toast.js";
import { never, pause } from "./waiting.js";

const LOGIN = "/login?next=";
const FIRST_MS = 1_000; // until the layout is requested again; the time doubles with each try
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
 * Without cookies, with the token of the page; once more with another one if that is refused.
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

/** The response that the page requested early, once; if it is not there, a new one. @type {Send} */
async function sendLayout(resource, options) {
  const first = early;
  early = undefined;
  const response = await first?.catch(() => null);
  return response?.ok ? response : send(resource, options);
}

/**
 * Without the layout there is no board: request it until there is an answer.
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
        throw error; // its own script tries again, or ends
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
  if (isOver()) {
    return never();
  }
  // The layout gets the parameters of the page, so that the range control begins with the right preset.
  return isLayout
    ? checked(await sendLayoutUntilAnswered(url + location.search, options))
    : sendCallback(url, resource, options);
};

/** The callbacks are part of the page: they are the same for everyone. */
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
 * The response, unless it means that the viewer may not see the board any more.
 * @param {Response} response
 */
function checked(response) {
  if (response.status === 401 && !embed) {
    location.assign(LOGIN + encodeURIComponent(location.pathname + location.search));
    return never();
  }
  if (response.status === 403 || response.status === 404) {
    endWith(response);
    return never();
  }
  return response;
}

/**
 * Request something of the page's own, such as a file, with what lets the page in.
 * @param {string} resource
 */
export async function sendOwn(resource) {
  const response = await send(resource, embed ? undefined : { credentials: "same-origin" });
  if ([401, 403, 404].includes(response.status)) {
    refresh(); // finds out whether the file is gone, or the board
  }
  return response;
}
