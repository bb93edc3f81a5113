// dashapp, embedded: <dashapp-board src="https://…/embed/ORG/DASHBOARD" token="/your/token/endpoint">
// Gets tokens, hands them to a frame, keeps it as high as its board; touches only its shadow root.
// Served as assets/embed.min.js, below 6,000 bytes: `make embed.js` after each change.
(() => {
  "use strict";

  const script = document.currentScript;
  const SOON = 3000; // ms until a token that did not come is asked for again, once
  const PATIENCE = 10000; // ms for a token, and for a frame's first word; for its board twice that
  const HIGHEST = 20000;
  const JWT = /^e[w-z][\w-]*\.[\w-]+\.[\w-]+$/; // its header begins with {
  // Paper has no scripts: how high a board is there, narrow or wide, is said ahead.
  const PAPER = "@media print{:host{display:block;container-type:inline-size}iframe{height:var(--narrow)!important}" +
    "@container(min-width:881px){iframe{height:var(--wide)!important}}}";
  const FAILED = {
    en: "This view cannot be shown right now.",
    es: "Esta vista no se puede mostrar en este momento.",
    pt: "Esta visualização não pode ser exibida agora."
  };
  if (!window.customElements || customElements.get("dashapp-board")) { return; }

  const pause = (ms) => new Promise((go) => setTimeout(go, ms));
  const fault = (code, message) => ({ code, message });
  const rounded = (height) => Math.min(Math.ceil(height), HIGHEST);
  // What frameworks write for nothing is nothing.
  const given = (value) => /^(undefined|null)?$/.test(value = `${value ?? ""}`.trim()) ? "" : value;

  function sheetOf(rules) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    return sheet;
  }

  function part(tag, parent, style) {
    const made = parent.appendChild(document.createElement(tag));
    made.style.cssText = "grid-area:1/1;margin:0;" + style;
    return made;
  }

  // Of a board, and not of your own pages, which would get the token; unless your server is the board's.
  function boardAt(src, base) {
    try {
      const url = new URL(src, base), own = location.origin;
      url.pathname = url.pathname.replace(/\/+$/, "");
      return /^https?:$/.test(url.protocol) && /\/embed\/[^/]+\/[^/]+$/.test(url.pathname) &&
        (url.origin !== own || new URL(script.src).origin === own) && url;
    } catch { return null; }
  }

  // From your endpoint, as text or as {"token": "…"}.
  async function fetchToken(url, signal) {
    const response = await fetch(url, { method: "POST", credentials: "same-origin", cache: "no-store", signal });
    if (!response.ok) { throw Error("The token endpoint responded with status " + response.status); }
    const text = await response.text();
    try { return JSON.parse(text); } catch { return text; }
  }

  // A token, or why there is none.
  async function tokenOf(board, signal) {
    const late = pause(PATIENCE).then(() => { throw fault("token-timeout", "No token received within 10 s"); });
    late.catch(() => {});
    const ask = async () => board.getToken ? board.getToken() : fetchToken(new URL(given(board.token), board.baseURI), signal);
    const wrap = (error) => { throw fault("token-endpoint", `${error?.message ?? error}`); };
    const answer = await Promise.race([late, ask().catch(wrap)]);
    const token = `${answer?.token ?? answer}`.trim();
    if (!JWT.test(token)) { throw fault("token-invalid", "The token endpoint did not return a token. Does it return a login page?"); }
    return token;
  }

  // One start of a board, which ends with the signal: nothing of it happens after that.
  function begin(board, [box, inside, sentence], src, signal) {
    const view = board.ownerDocument.defaultView;
    const url = boardAt(src, board.baseURI);
    const isEmpty = () => !board.firstElementChild && !board.textContent.trim();
    let frame, timer, isReady, isFailed, isAsking, isLooking, height, title, warned;

    const emit = (name, detail) => board.dispatchEvent(new CustomEvent("dashapp-" + name, { detail }));
    const send = (type, more) => frame?.contentWindow.postMessage({ ...more, dashapp: 1, type }, url.origin);

    // The frame, or what is between the tags.
    function show(isFrame) {
      inside.style.display = isFrame ? "none" : "block";
      sentence.hidden = true;
      if (frame) { frame.style.visibility = isFrame ? "" : "hidden"; }
    }

    function dress() {
      if (!frame) { return; }
      const wanted = height || given(board.getAttribute("height")) || "480";
      frame.style.height = wanted > 0 ? wanted + "px" : wanted;
      frame.title = given(board.title) || title || "Dashboard";
    }

    function fail({ code, message }) {
      if (signal.aborted) { return; }
      if (!isReady) {
        isFailed = true;
        show();
        if (frame) { frame.style.height = "1px"; }
        sentence.hidden = !isEmpty();
        sentence.textContent = FAILED[(board.closest("[lang]") || document.documentElement).lang.slice(0, 2).toLowerCase()] || FAILED.en;
      }
      if (warned !== code) { console.warn(`dashapp-board: ${code}: ${message}`); }
      warned = code;
      emit("error", { code, message });
    }

    async function obtain(use) {
      if (isAsking) { return; }
      isAsking = true;
      const token = await tokenOf(board, signal)
        .catch(() => pause(SOON).then(() => signal.aborted || tokenOf(board, signal))).catch(fail);
      isAsking = false;
      if (token && !signal.aborted) { use(token); }
    }

    function wait(ms) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (document.hidden) { wait(ms); } else if (!isReady) {
          fail(fault("frame-timeout", "The dashboard did not load. Check that its server is running and allows this origin (dashapp origin list)."));
        }
      }, ms);
    }

    function open(token) {
      frame = part("iframe", box, "width:100%;border:0;color-scheme:light");
      frame.referrerPolicy = "no-referrer";
      show();
      dress();
      url.hash = "token=" + token;
      frame.src = url;
      wait(PATIENCE);
    }

    // Tells the frame which part of it is seen, once for each picture that is painted.
    function look() {
      if (!isReady || isLooking) { return; }
      isLooking = requestAnimationFrame(() => {
        isLooking = 0;
        if (!frame) { return; }
        new IntersectionObserver(([{ intersectionRect: seen, boundingClientRect: all }], observer) => {
          observer.disconnect();
          send("visible", {
            top: seen.top - all.top, height: seen.height,
            dark: matchMedia("(prefers-color-scheme:dark)").matches
          });
        }).observe(frame);
      });
    }

    // Only the frame's own window, from its own origin, in a shape that is known.
    function hear({ data, source, origin }) {
      if (!frame || source !== frame.contentWindow || origin !== url.origin || data?.dashapp !== 1) { return; }
      const type = data.type;
      if (!isReady) {
        wait(2 * PATIENCE);
        if (isEmpty() && sentence.hidden) { show(true); }
      }
      if (type === "resize" && data.height > 0) {
        height = rounded(data.height);
        ["--narrow", "--wide"].map((name, n) => frame.style.setProperty(name, rounded(data.paper?.[n] || height) + "px"));
      } else if (type === "ready") {
        isReady = true;
        isFailed = false;
        title = `${data.title ?? ""}`.slice(0, 200);
        show(true);
        for (const name in board.wanted) { send(name, board.wanted); }
        delete board.wanted.range;
      } else if (type === "token-needed") {
        obtain((token) => send("token", { token }));
      } else if (type === "session-ended") {
        clearTimeout(timer);
        fail(fault(type, "The token was refused or its session has ended. See: dashapp embed log"));
      }
      if (!isFailed) { dress(); }
      look();
      if (["ready", "resize", "range", "session-ended"].includes(type)) { emit(type, data); }
      if (type === "error") { emit(type, { code: "board", ...data }); }
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
    if (url) { obtain(open); } else { pause(0).then(() => fail(fault("bad-src", "src is not a dashboard URL: " + src))); }
    return { dress, send: (type, more) => isReady && !send(type, more) };
  }

  class Board extends HTMLElement {
    static observedAttributes = ["src", "token", "title", "height"];
    wanted = {};

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      const box = part("div", root, "display:grid;grid-template:auto/minmax(0,1fr)");
      try { root.adoptedStyleSheets = [sheetOf(PAPER)]; } catch { /* Safari before 16.4, other documents */ }
      this.parts = [box, part("slot", box, ""), part("p", box, "")];
      this.parts[2].setAttribute("role", "status");
      this.parts[2].hidden = true;
    }

    get src() { return this.getAttribute("src"); }
    set src(value) { this.reflect("src", value); }
    get token() { return this.getAttribute("token"); }
    set token(value) { this.reflect("token", value); }
    get height() { return this.getAttribute("height"); }
    set height(value) { this.reflect("height", value); }
    get getToken() { return this.asks; }
    set getToken(asks) { this.asks = typeof asks === "function" ? asks : null; this.soon(); }

    reflect(name, value) {
      if (given(value)) { this.setAttribute(name, value); } else { this.removeAttribute(name); }
    }

    attributeChangedCallback() { this.soon(); }
    connectedMoveCallback() {} // moved as it is
    disconnectedCallback() { this.stop(); }
    connectedCallback() {
      for (const name of ["src", "token", "height", "getToken"]) { // set before there was this class
        if (this.hasOwnProperty(name)) { const value = this[name]; delete this[name]; this[name] = value; }
      }
      this.soon();
    }

    stop() { this.key = null; this.ending?.abort(); }

    // However many changes come at once, one start.
    async soon() {
      if (this.due) { return; }
      this.due = 1;
      await 0;
      this.due = 0;
      const src = given(this.src), token = this.asks ? "()" : given(this.token), key = src + " " + token;
      if (this.key === key) { this.running.dress(); return; }
      this.stop();
      if (!this.isConnected || !this.ownerDocument.defaultView || !src || !token) { return; }
      this.key = key;
      this.ending = new AbortController();
      this.running = begin(this, this.parts, src, this.ending.signal);
    }

    setTheme(theme) { this.want({ theme }); }
    setRange(range) { this.want({ range }); }

    // What comes before there is a board waits for it; a theme is sent to each that starts.
    want(asked) {
      for (const name in asked) {
        if (!this.running?.send(name, asked) || name === "theme") { Object.assign(this.wanted, asked); }
      }
    }
  }

  customElements.define("dashapp-board", Board);
})();
