// dashapp, embedded: <dashapp-board src="https://…/embed/ORG/DASHBOARD" token="/your/token/endpoint">
// Asks your endpoint for tokens, hands them to the frame, and keeps it as high as its board.
(function () {
  "use strict";

  var VERSION = 1;
  var SOON = 3000; // ms until a token that did not come is asked for again, once
  var HIGHEST = 20000;
  var FAILED = {
    en: "This view cannot be shown right now.",
    es: "Esta vista no se puede mostrar en este momento.",
    pt: "Esta visualização não pode ser exibida agora."
  };
  if (!window.customElements || customElements.get("dashapp-board")) { return; }

  // Paper has no scripts: how high a board is there, narrow or wide, is said ahead.
  if (window.CSSStyleSheet && CSSStyleSheet.prototype.replaceSync) {
    var paper = new CSSStyleSheet();
    paper.replaceSync("@media print{dashapp-board{display:block;container-type:inline-size}" +
      "dashapp-board>iframe{height:var(--narrow,480px)!important}" +
      "@container(min-width:881px){dashapp-board>iframe{height:var(--wide,480px)!important}}}");
    document.adoptedStyleSheets.push(paper);
  }

  class Board extends HTMLElement {
    static get observedAttributes() { return ["src"]; }

    attributeChangedCallback(name, before) {
      if (before !== null && this.frame) { this.disconnectedCallback(); this.connectedCallback(); }
    }

    connectedCallback() {
      var self = this;
      if (this.frame) { return; }
      this.origin = new URL(this.getAttribute("src"), location.href).origin;
      this.listener = function (event) { self.hear(event); };
      window.addEventListener("message", this.listener);
      this.frame = document.createElement("iframe");
      this.frame.title = this.getAttribute("title") || "Dashboard";
      this.frame.referrerPolicy = "no-referrer";
      this.frame.style.cssText = "display:block;width:100%;border:0;height:" + (this.getAttribute("height") || "480px");
      this.begin(this.frame, true);
    }

    begin(frame, mayTryAgain) {
      var self = this;
      this.fetchToken().then(function (token) {
        if (self.frame !== frame) { return; } // moved or removed in the meantime
        frame.src = self.getAttribute("src") + "#token=" + token;
        self.replaceChildren(frame);
      }, function (error) {
        if (self.frame !== frame) { return; }
        if (mayTryAgain) { setTimeout(function () { self.begin(frame, false); }, SOON); return; }
        self.fail(error);
      });
    }

    // What stands in the element already is shown, else a sentence in the language of the page.
    fail(error) {
      if (!this.textContent.trim()) {
        var said = document.createElement("p");
        said.setAttribute("role", "status");
        said.textContent = FAILED[(this.closest("[lang]") || document.documentElement).lang.slice(0, 2)] || FAILED.en;
        this.replaceChildren(said);
      }
      this.emit("error", { message: String(error.message || error) });
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.listener);
      if (this.frame) { this.frame.remove(); }
      this.frame = null;
    }

    // Your endpoint answers with the token as text, or as {"token": "…"}.
    fetchToken() {
      return fetch(this.getAttribute("token"), { method: "POST", credentials: "same-origin", cache: "no-store" })
        .then(function (response) {
          if (!response.ok) { throw new Error("The token endpoint answered " + response.status); }
          return response.text();
        })
        .then(function (text) {
          text = text.trim();
          return text[0] === "{" ? JSON.parse(text).token : text;
        });
    }

    // Only the frame's own window, from its own origin, in a shape that is known.
    hear(event) {
      var said = event.data;
      if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.origin) { return; }
      if (!said || typeof said !== "object" || said.dashapp !== VERSION) { return; }
      if (said.type === "resize" && said.height > 0) {
        var style = this.frame.style;
        style.height = Math.min(Math.ceil(said.height), HIGHEST) + "px";
        ["--narrow", "--wide"].forEach(function (name, n) {
          if (said.paper && said.paper[n] > 0) { style.setProperty(name, Math.min(Math.ceil(said.paper[n]), HIGHEST) + "px"); }
        });
      } else if (said.type === "ready" && typeof said.title === "string" && !this.getAttribute("title")) {
        this.frame.title = said.title.slice(0, 200);
      } else if (said.type === "token-needed") {
        var self = this;
        this.fetchToken().then(function (token) { self.say("token", { token: token }); }, function (error) {
          self.emit("error", { message: String(error.message || error) });
        });
      }
      if (["ready", "resize", "range", "error", "session-ended"].indexOf(said.type) >= 0) {
        this.emit(said.type, said);
      }
    }

    emit(name, detail) { this.dispatchEvent(new CustomEvent("dashapp-" + name, { detail: detail })); }

    say(type, more) {
      if (this.frame && this.frame.contentWindow) {
        this.frame.contentWindow.postMessage(Object.assign({ dashapp: VERSION, type: type }, more), this.origin);
      }
    }

    setTheme(theme) { this.say("theme", { theme: theme }); }
    setRange(range) { this.say("range", { range: range }); }
  }

  customElements.define("dashapp-board", Board);
})();
