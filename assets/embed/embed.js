// @ts-check
// <dashapp-board src="https://…/embed/ORG/DASHBOARD" token="/your/token/endpoint"> for other sites: gets
// tokens, passes them to a frame, and keeps the frame as high as its board. It changes only its own
// shadow root.
// Served packed, below 6,000 bytes: run `make scripts` after each change.

const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const NAME = "dashapp-board";
const SOON = 3000; // ms until a failed request for a token is retried, once
const PATIENCE = 10000; // ms to wait for a token or the frame's first message; twice as long for its board
const HIGHEST = 20000;
const JWT = /^e[w-z][\w-]*\.[\w-]+\.[\w-]+$/; // the header decodes to text that begins with {
// Scripts do not run while printing, so the heights on narrow and wide paper are set in advance.
const PAPER =
  "@media print{:host{display:block;container-type:inline-size}iframe{height:var(--narrow)!important}" +
  "@container(min-width:881px){iframe{height:var(--wide)!important}}}";
/** @type {Record<string, string>} */
const FAILED = {
  en: "This view cannot be shown right now.",
  es: "Esta vista no se puede mostrar en este momento.",
  pt: "Esta visualização não pode ser exibida agora.",
};

/** @typedef {{ code: string, message: string }} Fault */
/** @typedef {{ theme?: unknown, range?: unknown }} Wanted */
/** @typedef {(type: string, fields?: object) => unknown} Send */
/** @typedef {{ dress: () => void, send: Send }} Running */
/** @typedef {[HTMLElement, HTMLElement, HTMLElement]} Parts */

/** @param {number} ms */
const pause = (ms) => new Promise((go) => setTimeout(go, ms));
/**
 * @param {string} code
 * @param {string} message
 * @returns {Fault}
 */
const fault = (code, message) => ({ code, message });
/** @param {number} height */
const rounded = (height) => Math.min(Math.ceil(height), HIGHEST);
/**
 * An attribute's value as text. The texts that frameworks write for missing values become empty.
 * @param {unknown} value
 */
function given(value) {
  const text = `${value ?? ""}`.trim();
  return /^(undefined|null)?$/.test(text) ? "" : text;
}

/** @param {string} rules */
function sheetOf(rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  return sheet;
}

/**
 * @param {string} tag
 * @param {ParentNode} parent
 * @param {string} style
 */
function part(tag, parent, style) {
  const element = parent.appendChild(document.createElement(tag));
  element.style.cssText = `grid-area:1/1;margin:0;${style}`;
  return element;
}

/**
 * The URL of a board; null or false for any other URL. Pages of the site's own server must not get the
 * token, unless it is the board's server.
 * @param {string} src
 * @param {string} base
 */
function boardAt(src, base) {
  try {
    const url = new URL(src, base);
    const own = location.origin;
    url.pathname = url.pathname.replace(/\/+$/, "");
    return (
      /^https?:$/.test(url.protocol) &&
      /\/embed\/[^/]+\/[^/]+$/.test(url.pathname) &&
      (url.origin !== own || new URL(script.src).origin === own) &&
      url
    );
  } catch {
    return null;
  }
}

/**
 * Fetch a token from the site's endpoint, which returns it as text or as {"token": "…"}.
 * @param {URL} url
 * @param {AbortSignal} signal
 */
async function fetchToken(url, signal) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    cache: "no-store",
    signal,
  });
  if (!response.ok) {
    throw Error(`The token endpoint responded with status ${response.status}`);
  }
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * A token; rejects with a fault.
 * @param {Board} board
 * @param {AbortSignal} signal
 * @returns {Promise<string>}
 */
async function tokenOf(board, signal) {
  const late = pause(PATIENCE).then(() => {
    throw fault("token-timeout", "No token received within 10 s");
  });
  late.catch(() => {});
  const ask = async () =>
    board.getToken
      ? board.getToken()
      : fetchToken(new URL(given(board.token), board.baseURI), signal);
  /** @param {any} error */
  const wrap = (error) => {
    throw fault("token-endpoint", `${error?.message ?? error}`);
  };
  /** @type {any} */
  const answer = await Promise.race([late, ask().catch(wrap)]);
  const token = `${answer?.token ?? answer}`.trim();
  if (!JWT.test(token)) {
    throw fault(
      "token-invalid",
      "The token endpoint did not return a token. Does it return a login page?",
    );
  }
  return token;
}

/**
 * Start a board. It stops when the signal aborts.
 * @param {Board} board
 * @param {Parts} parts
 * @param {string} src
 * @param {AbortSignal} signal
 * @returns {Running}
 */
function begin(board, [box, slot, sentence], src, signal) {
  const view = /** @type {Window} */ (board.ownerDocument.defaultView);
  const url = /** @type {URL} */ (boardAt(src, board.baseURI));
  const isEmpty = () => !board.firstElementChild && !board.textContent.trim();
  /** @type {HTMLIFrameElement | null | undefined} */
  let frame;
  /** @type {number | undefined} */
  let timer;
  /** @type {number | undefined} */
  let height;
  /** @type {string | undefined} */
  let title;
  /** @type {string | undefined} */
  let warned;
  /** @type {boolean | null | undefined} */
  let isReady;
  /** @type {boolean | undefined} */
  let isFailed;
  /** @type {boolean | undefined} */
  let isAsking;
  /** @type {number | undefined} */
  let isLooking;

  /**
   * @param {string} name
   * @param {unknown} detail
   */
  const emit = (name, detail) =>
    board.dispatchEvent(new CustomEvent(`dashapp-${name}`, { detail }));
  /** @type {Send} */
  const send = (type, fields) =>
    frame?.contentWindow?.postMessage({ ...fields, dashapp: 1, type }, url.origin);

  /**
   * Show the frame, or the content between the tags.
   * @param {boolean} [isFrame]
   */
  function show(isFrame) {
    slot.style.display = isFrame ? "none" : "block";
    sentence.hidden = true;
    if (frame) {
      frame.style.visibility = isFrame ? "" : "hidden";
    }
  }

  function dress() {
    if (frame) {
      /** @type {any} */
      const wanted = height || given(board.getAttribute("height")) || "480";
      frame.style.height = wanted > 0 ? `${wanted}px` : wanted;
      frame.title = given(board.title) || title || "Dashboard";
    }
  }

  /** @param {Fault} fault */
  function fail({ code, message }) {
    if (signal.aborted) {
      return;
    }
    if (!isReady) {
      isFailed = true;
      show();
      if (frame) {
        frame.style.height = "1px";
      }
      sentence.hidden = !isEmpty();
      const { lang } = /** @type {HTMLElement} */ (
        board.closest("[lang]") || document.documentElement
      );
      sentence.textContent = FAILED[lang.slice(0, 2).toLowerCase()] || FAILED.en;
    }
    if (warned !== code) {
      console.warn(`${NAME}: ${code}: ${message}`);
    }
    warned = code;
    emit("error", { code, message });
  }

  /** @param {(token: string) => void} use */
  async function obtain(use) {
    if (isAsking) {
      return;
    }
    isAsking = true;
    const token = await tokenOf(board, signal)
      .catch(() => pause(SOON).then(() => (signal.aborted ? "" : tokenOf(board, signal))))
      .catch(fail);
    isAsking = false;
    if (token && !signal.aborted) {
      use(token);
    }
  }

  /** @param {number} ms */
  function wait(ms) {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (document.hidden) {
        wait(ms);
      } else if (!isReady) {
        fail(
          fault(
            "frame-timeout",
            "The dashboard did not load. Check that its server is running and allows this origin (dashapp origin list).",
          ),
        );
      }
    }, ms);
  }

  /** @param {string} token */
  function open(token) {
    frame = /** @type {HTMLIFrameElement} */ (
      part("iframe", box, "width:100%;border:0;color-scheme:light")
    );
    frame.referrerPolicy = "no-referrer";
    show();
    dress();
    url.hash = `token=${token}`;
    frame.src = /** @type {any} */ (url);
    wait(PATIENCE);
  }

  // Tells the frame which part of it is visible, at most once per animation frame.
  function look() {
    if (isReady && !isLooking) {
      isLooking = requestAnimationFrame(() => {
        isLooking = 0;
        if (frame) {
          new IntersectionObserver(
            ([{ intersectionRect: seen, boundingClientRect: all }], observer) => {
              observer.disconnect();
              send("visible", {
                top: seen.top - all.top,
                height: seen.height,
                dark: matchMedia("(prefers-color-scheme:dark)").matches,
              });
            },
          ).observe(frame);
        }
      });
    }
  }

  /**
   * Handle a message. It must come from the frame's window and origin, and have a known shape.
   * @param {MessageEvent} event
   */
  function hear({ data, source, origin }) {
    if (!frame || source !== frame.contentWindow || origin !== url.origin || data?.dashapp !== 1) {
      return;
    }
    const { style } = frame;
    const type = data.type;
    if (!isReady) {
      wait(2 * PATIENCE);
      if (isEmpty() && sentence.hidden) {
        show(true);
      }
    }
    if (type === "resize" && data.height > 0) {
      const full = rounded(data.height);
      height = full;
      ["--narrow", "--wide"].map((name, n) =>
        style.setProperty(name, `${rounded(data.paper?.[n] || full)}px`),
      );
    } else if (type === "ready") {
      isReady = true;
      isFailed = false;
      title = `${data.title ?? ""}`.slice(0, 200);
      show(true);
      for (const name in board.wanted) {
        send(name, board.wanted);
      }
      delete board.wanted.range;
    } else if (type === "token-needed") {
      obtain((token) => send("token", { token }));
    } else if (type === "session-ended") {
      clearTimeout(timer);
      fail(fault(type, "The token was refused or its session has ended. See: dashapp embed log"));
    }
    if (!isFailed) {
      dress();
    }
    look();
    if (["ready", "resize", "range", "session-ended"].includes(type)) {
      emit(type, data);
    }
    if (type === "error") {
      emit(type, { code: "board", ...data });
    }
  }

  signal.onabort = () => {
    clearTimeout(timer);
    frame?.remove();
    frame = isReady = null;
    show();
  };
  view.addEventListener("message", hear, { signal });
  view.addEventListener("scroll", look, { signal, capture: true });
  view.addEventListener("resize", look, { signal });
  show();
  if (url) {
    obtain(open);
  } else {
    pause(0).then(() => fail(fault("bad-src", `src is not a dashboard URL: ${src}`)));
  }
  return { dress, send: (type, fields) => isReady && !send(type, fields) };
}

class Board extends HTMLElement {
  static observedAttributes = ["src", "token", "title", "height"];
  /** @type {Wanted} */
  wanted = {};
  /** @type {(() => unknown) | null | undefined} */
  asks;
  /** The src and token that the running board was started with. @type {string | null | undefined} */
  key;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    const box = part("div", root, "display:grid;grid-template:auto/minmax(0,1fr)");
    try {
      root.adoptedStyleSheets = [sheetOf(PAPER)];
    } catch {} // Safari before 16.4, other documents
    /** @type {Parts} */
    this.parts = [box, part("slot", box, ""), part("p", box, "")];
    this.parts[2].setAttribute("role", "status");
    this.parts[2].hidden = true;
  }

  get src() {
    return this.getAttribute("src");
  }
  set src(value) {
    this.reflect("src", value);
  }
  get token() {
    return this.getAttribute("token");
  }
  set token(value) {
    this.reflect("token", value);
  }
  get height() {
    return this.getAttribute("height");
  }
  set height(value) {
    this.reflect("height", value);
  }
  get getToken() {
    return this.asks;
  }
  set getToken(asks) {
    this.asks = typeof asks === "function" ? asks : null;
    this.soon();
  }

  /**
   * @param {string} name
   * @param {string | null} value
   */
  reflect(name, value) {
    if (given(value)) {
      this.setAttribute(name, /** @type {string} */ (value));
    } else {
      this.removeAttribute(name);
    }
  }

  attributeChangedCallback() {
    this.soon();
  }
  connectedMoveCallback() {} // a move does not restart the board
  disconnectedCallback() {
    this.stop();
  }
  connectedCallback() {
    // Apply properties that were set before this class was defined.
    for (const name of /** @type {const} */ (["src", "token", "height", "getToken"])) {
      // biome-ignore lint/suspicious/noPrototypeBuiltins: shorter than Object.hasOwn
      if (this.hasOwnProperty(name)) {
        const value = this[name];
        delete this[name];
        /** @type {any} */ (this)[name] = value;
      }
    }
    this.soon();
  }

  stop() {
    this.key = null;
    this.ending?.abort();
  }

  // Starts the board once, however many attributes change at the same time.
  async soon() {
    if (this.due) {
      return;
    }
    this.due = 1;
    await 0;
    this.due = 0;
    const src = given(this.src);
    const token = this.asks ? "()" : given(this.token);
    const key = `${src} ${token}`;
    if (this.key === key) {
      this.running?.dress();
      return;
    }
    this.stop();
    if (!this.isConnected || !this.ownerDocument.defaultView || !src || !token) {
      return;
    }
    this.key = key;
    this.ending = new AbortController();
    this.running = begin(this, this.parts, src, this.ending.signal);
  }

  /** @param {unknown} theme */
  setTheme(theme) {
    this.want({ theme });
  }
  /** @param {unknown} range */
  setRange(range) {
    this.want({ range });
  }

  /**
   * Send values now, or as soon as the board is ready. A theme is sent again to each board that starts.
   * @param {Wanted} wanted
   */
  want(wanted) {
    for (const name in wanted) {
      if (!this.running?.send(name, wanted) || name === "theme") {
        Object.assign(this.wanted, wanted);
      }
    }
  }
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, Board);
}
