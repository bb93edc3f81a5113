// @ts-check
// The session of an embedded page: exchanges a token from the fragment or from the parent page for a page
// token, and renews that before it expires. No token is ever sent in a URL.
/** @import { PageToken } from "../types" */
import { pause } from "../board/page/waiting.js";
import { keepToken, keptToken, removeFragment, updateHistory } from "./page-history.js";
import { askParent, giveToken, NoToken } from "./parent-token.js";
import { fetchPageToken, post, Refused } from "./server.js";

const FRAGMENT = /^#token=([A-Za-z0-9_.-]+)$/;
const RETRY_MS = 1_500; // after a request without a response
const RENEWED_AFTER = 0.8; // of a token's life

/** Listeners, set by main.js. */
const events = {
  /** @type {(answer: PageToken) => void} */
  opened: () => {},
  ended: () => {},
  resumed: () => {},
};

/** The page token. @type {string | null} */
let pageToken = null;
/** The exchange that is running; null if there is none. @type {Promise<string> | null} */
let exchanging = null;
/** @type {number | undefined} */
let timer;
let isOver = false;
let isParentSending = false;

/** Tokens to try first: that of the URL, and the kept one. @type {string[]} */
const firstTokens = [];
for (const token of [FRAGMENT.exec(location.hash)?.[1], keptToken]) {
  if (token) {
    firstTokens.push(token);
  }
}
let remainingKeptToken = keptToken;
keepToken(() => (isParentSending || isOver ? null : (pageToken ?? remainingKeptToken)));
removeFragment();

export const hasEnded = () => isOver;

/**
 * Set whether the parent page sends tokens. If it does, none is kept.
 * @param {boolean} isSending
 */
export function setParentSending(isSending) {
  if (isSending !== isParentSending) {
    isParentSending = isSending;
    updateHistory();
  }
}

// -- Exchanges ----------------------------------------------------------------------------------------------

/**
 * Send JSON with the page token. If it is refused, renew it and retry once.
 * @param {string} path
 * @param {unknown} body
 */
export async function postWithToken(path, body) {
  const bearer = pageToken ?? "";
  const response = await post(path, bearer, body);
  return response.status === 401
    ? post(path, await renewAfter(`Bearer ${bearer}`), body)
    : response;
}

/** @param {string} token */
async function exchange(token) {
  const answer = await fetchPageToken(token);
  if (!pageToken) {
    events.opened(answer);
  }
  pageToken = answer.token;
  updateHistory();
  schedule(answer);
  return pageToken;
}

/**
 * Run an exchange, or return the one that is running: all requests wait for the same exchange.
 * @param {() => Promise<string>} work
 */
function once(work) {
  if (!exchanging) {
    const forget = () => {
      exchanging = null;
    };
    exchanging = work();
    exchanging.then(forget, forget);
  }
  return exchanging;
}

// -- Renewal ------------------------------------------------------------------------------------------------

/**
 * Schedule the renewal by elapsed time, because a viewer's clock may be wrong.
 * @param {PageToken} answer
 */
function schedule({ can_renew: canRenew, seconds }) {
  const life = seconds * 1000;
  const replace = () => {
    once(async () => exchange(await askParent())).catch(() => {
      timer = window.setTimeout(endSession, life * (1 - RENEWED_AFTER));
    });
  };
  clearTimeout(timer);
  timer = window.setTimeout(canRenew ? renew : replace, life * RENEWED_AFTER);
}

/** Renew the page token, which works until its session ends, even after the computer has slept. */
function renew() {
  return once(async () => {
    try {
      return await exchange(pageToken ?? "");
    } catch (error) {
      return error instanceof Refused ? exchangeFromParent() : retryLater(error);
    }
  });
}

async function exchangeFromParent() {
  try {
    return await exchange(await askParent());
  } catch (error) {
    if (!(error instanceof Refused || error instanceof NoToken)) {
      return retryLater(error);
    }
    endSession();
    throw error;
  }
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function retryLater(error) {
  clearTimeout(timer);
  timer = window.setTimeout(
    () => {
      renew().catch(() => {});
    },
    RETRY_MS * (1 + Math.random()),
  );
  throw error;
}

// -- The session ----------------------------------------------------------------------------------------------

async function begin() {
  for (;;) {
    try {
      return await exchange(firstTokens[0] ?? (await askParent()));
    } catch (error) {
      if (error instanceof Refused && firstTokens.length) {
        firstTokens.shift();
        remainingKeptToken = firstTokens[0] ?? null;
      } else if (error instanceof Refused || error instanceof NoToken) {
        endSession();
        throw error;
      } else {
        await pause(RETRY_MS);
      }
    }
  }
}

/** @type {Promise<string>} */
let started;

/**
 * Begin the session. Resolves with the page's first token.
 * @param {Partial<typeof events>} listeners
 */
export function beginSession(listeners) {
  Object.assign(events, listeners);
  started = begin();
  started.catch(() => {});
  return started;
}

/** End the session: no reload, and no more requests. */
export function endSession() {
  if (!isOver) {
    isOver = true;
    updateHistory();
    clearTimeout(timer);
    events.ended();
  }
}

/**
 * Use a token from the parent page, requested or not.
 * @param {string} token
 */
export function takeToken(token) {
  if (giveToken(token)) {
    return;
  }
  once(() => exchange(token)).then(
    () => {
      if (isOver) {
        isOver = false;
        updateHistory();
        events.resumed();
      }
    },
    () => {},
  );
}

/** The Authorization header of the next request. */
export async function header() {
  if (isOver) {
    throw new Error("over");
  }
  return `Bearer ${pageToken ?? (await (exchanging ?? started))}`;
}

/**
 * Return a new token after a request with this header got a 401. All requests with the same header get
 * the same token.
 * @param {string} header
 */
export function renewAfter(header) {
  if (isOver) {
    return Promise.reject(new Error("over"));
  }
  return pageToken && header !== `Bearer ${pageToken}` ? Promise.resolve(pageToken) : renew();
}
