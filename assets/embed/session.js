// @ts-check
// The session of an embedded page: a token from the fragment or from the page around is exchanged for the
// page's own, which is renewed in time. No token is ever sent in a URL.
/** @import { PageToken } from "../types" */
import { pause } from "../board/waiting.js";
import { keepToken, keptToken, removeFragment, updateHistory } from "./page-history.js";
import { askParent, giveToken, NoToken } from "./parent-token.js";
import { fetchPageToken, post, Refused } from "./server.js";

const FRAGMENT = /^#token=([A-Za-z0-9_.-]+)$/;
const RETRY_MS = 1_500; // after a request without an answer
const RENEWED_AFTER = 0.8; // of a token's life

/** What happens on the page, set by main.js. */
const events = {
  /** @type {(answer: PageToken) => void} */
  opened: () => {},
  ended: () => {},
  resumed: () => {},
};

/** The page's own token. @type {string | null} */
let page = null;
/** The exchange that is under way. @type {Promise<string> | null} */
let exchanging = null;
/** @type {number | undefined} */
let timer;
let isOver = false;
let isBrought = false;

/** Tokens to try first: that of the URL, and the one that was kept. @type {string[]} */
const given = [];
for (const token of [FRAGMENT.exec(location.hash)?.[1], keptToken]) {
  if (token) {
    given.push(token);
  }
}
let kept = keptToken;
keepToken(() => (isBrought || isOver ? null : (page ?? kept)));
removeFragment();

export const hasEnded = () => isOver;

/**
 * The page around brings tokens, so that none needs to be kept.
 * @param {boolean} isSo
 */
export function setBrought(isSo) {
  if (isSo !== isBrought) {
    isBrought = isSo;
    updateHistory();
  }
}

// -- Exchanges ----------------------------------------------------------------------------------------------

/**
 * Send JSON with the page's token; once more with another one if that is refused.
 * @param {string} path
 * @param {unknown} body
 */
export async function postWithToken(path, body) {
  const bearer = page ?? "";
  const response = await post(path, bearer, body);
  return response.status === 401
    ? post(path, await renewAfter(`Bearer ${bearer}`), body)
    : response;
}

/** @param {string} token */
async function exchange(token) {
  const answer = await fetchPageToken(token);
  if (!page) {
    events.opened(answer);
  }
  page = answer.token;
  updateHistory();
  schedule(answer);
  return page;
}

/**
 * One exchange at a time, however many requests wait for it.
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
 * By the time that passes here, because a viewer's clock may be wrong.
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

/** With the page's own token, which can be renewed until its session ends, also after the page has slept. */
function renew() {
  return once(async () => {
    try {
      return await exchange(page ?? "");
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
      return await exchange(given[0] ?? (await askParent()));
    } catch (error) {
      if (error instanceof Refused && given.length) {
        given.shift();
        kept = given[0] ?? null;
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

/** End calmly: nothing reloads, and nothing is requested any more. */
export function endSession() {
  if (!isOver) {
    isOver = true;
    updateHistory();
    clearTimeout(timer);
    events.ended();
  }
}

/**
 * Take a token from the page around, which may not have been asked for one.
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
  return `Bearer ${page ?? (await (exchanging ?? started))}`;
}

/**
 * Another token, after a request with this header got a 401: one for all requests with the same header.
 * @param {string} header
 */
export function renewAfter(header) {
  if (isOver) {
    return Promise.reject(new Error("over"));
  }
  return page && header !== `Bearer ${page}` ? Promise.resolve(page) : renew();
}
