// The embedded page: the token from the fragment or from the page around, exchanged for one of its
// own, renewed in time, and never in an address. board.js asks `dashappEmbed` for the header.
(function () {
  "use strict";

  var VERSION = 1;
  var ORIGINS = JSON.parse(document.getElementById("origins").textContent);
  var BASE = location.pathname.replace(/\/$/, "");
  var FRAGMENT = /^#token=([A-Za-z0-9_.-]+)$/.exec(location.hash);
  var PATIENCE = 10000; // how long the page around has to bring a token
  var SOON = 1500; // until what did not arrive is tried again
  var REFUSED = new Error("refused");
  var NOBODY = new Error("no token received");

  var parentOrigin = null; // known once it has spoken, or when there is just one it can be
  var page = null; // the page token
  var coming = null; // the one exchange or renewal that is under way
  var waiting = null; // for a token from the page around
  var timer = null;
  var isOver = false;

  // -- What outlives the page ------------------------------------------------------------------------------
  // After a reload, and after Back, no one brings a token to a plain iframe: the page's own is kept in
  // the state of the entry, which is in no address. A page with embed.js brings one, and none is kept.

  var kept = typeof (history.state || {}).dashapp === "string" ? history.state.dashapp : null;
  var isBrought = false;

  function keep(state) {
    var more = Object.assign({}, state);
    delete more.dashapp;
    var token = page || kept;
    return token && !isBrought && !isOver ? Object.assign(more, { dashapp: token }) : more;
  }

  // Dash writes entries of its own: one for each range.
  ["pushState", "replaceState"].forEach(function (name) {
    var native = history[name].bind(history);
    history[name] = function (state, unused, url) { native(keep(state), "", url); };
  });
  function keepHere() { history.replaceState(history.state, ""); }
  window.addEventListener("popstate", keepHere);

  // Out of the address before anything else looks at it.
  if (location.hash) { history.replaceState(history.state, "", location.pathname + location.search); }

  // -- The page around ---------------------------------------------------------------------------------

  function tell(type, more) {
    if (window.parent === window) { return; }
    var message = Object.assign({ dashapp: VERSION, type: type }, more);
    (parentOrigin ? [parentOrigin] : ORIGINS).forEach(function (origin) {
      window.parent.postMessage(message, origin); // delivered to that origin and to no other
    });
  }

  window.addEventListener("message", function (event) {
    if (event.source !== window.parent || ORIGINS.indexOf(event.origin) < 0) { return; }
    var said = event.data;
    if (!said || typeof said !== "object" || said.dashapp !== VERSION) { return; }
    parentOrigin = event.origin;
    if (!isBrought && (said.type === "token" || said.type === "visible")) {
      isBrought = true;
      keepHere();
    }
    if (said.type === "visible" && isFinite(said.top) && isFinite(said.height)) {
      follow(said.dark === true);
      document.dispatchEvent(new CustomEvent("dashapp:seen", { detail: { top: +said.top, height: +said.height } }));
    } else if (said.type === "token" && typeof said.token === "string" && said.token.length <= 8192) {
      if (waiting) { waiting(said.token); } else { bring(said.token); }
    } else if (said.type === "theme") {
      changeTheme(said.theme);
    } else if (said.type === "range" && typeof said.range === "string" && said.range.length <= 20) {
      changeRange(said.range);
    }
  });

  function askParent() {
    if (window.parent === window) { return Promise.reject(NOBODY); }
    return new Promise(function (resolve, reject) {
      waiting = function (token) { waiting = null; resolve(token); };
      setTimeout(function () {
        if (waiting) { waiting = null; reject(NOBODY); }
      }, PATIENCE);
      tell("token-needed");
    });
  }

  // -- Tokens ---------------------------------------------------------------------------------------------

  function post(path, bearer, body) {
    return nativeFetch(BASE + path, {
      method: "POST", credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
      headers: { Authorization: "Bearer " + bearer, "Content-Type": "application/json" },
      body: body === undefined ? "{}" : JSON.stringify(body)
    });
  }
  var nativeFetch = window.fetch.bind(window);

  // One at a time, however many requests wait for it.
  function once(work) {
    function forget() { coming = null; }
    if (!coming) {
      coming = work();
      coming.then(forget, forget);
    }
    return coming;
  }

  // What is refused is over; what did not arrive is tried again.
  function exchange(bearer) {
    return post("/token", bearer).then(function (response) {
      if (response.ok) { return response.json(); }
      throw response.status < 500 ? REFUSED : new Error("unavailable");
    }).then(function (answer) {
      if (!page) { speak(answer); look(answer.theme); }
      page = answer.token;
      keepHere();
      schedule(answer);
      return page;
    });
  }

  // By the time that passes here, and not by the viewer's clock, which may be wrong.
  function schedule(answer) {
    clearTimeout(timer);
    timer = setTimeout(answer.can_renew ? renew : outlive, answer.seconds * 800);
    function outlive() {
      once(function () { return askParent().then(exchange); })
        .catch(function () { timer = setTimeout(end, answer.seconds * 200); });
    }
  }

  // By the page's own token: until its session ends that can be renewed, also by a page that slept.
  function renew() {
    return once(function () {
      return exchange(page).catch(function (error) {
        return error === REFUSED ? fromParent() : later(renew, error);
      });
    });
  }

  // What is left when the page's own token cannot be renewed any more.
  function fromParent() {
    return askParent().then(exchange).catch(function (error) {
      if (error !== REFUSED && error !== NOBODY) { return later(renew, error); }
      end();
      throw error;
    });
  }

  // A token that nobody asked for.
  function bring(token) {
    once(function () { return exchange(token); }).then(resume, function () {});
  }

  function later(again, error) {
    clearTimeout(timer);
    timer = setTimeout(function () { again().catch(function () {}); }, SOON + Math.random() * SOON);
    return Promise.reject(error);
  }

  // The token of the address, else the one that was kept, else that of the page around.
  var given = [FRAGMENT && FRAGMENT[1], kept].filter(Boolean);

  function begin() {
    return (given.length ? Promise.resolve(given[0]) : askParent()).then(exchange).catch(function (error) {
      if (error === REFUSED && given.length) {
        given.shift();
        kept = given[0] || null;
        return begin();
      }
      if (error === REFUSED || error === NOBODY) { end(); throw error; }
      return new Promise(function (resolve) { setTimeout(resolve, SOON); }).then(begin);
    });
  }

  // A calm end: what was shown is put away, nothing reloads, nothing asks again.
  function end() {
    if (isOver) { return; }
    isOver = true;
    keepHere();
    clearTimeout(timer);
    var words = JSON.parse(document.getElementById("words").textContent);
    var box = document.getElementById("ended");
    var title = document.createElement("strong");
    var hint = document.createElement("p");
    title.textContent = words.ended;
    hint.textContent = words.reload;
    box.replaceChildren(title, hint);
    box.hidden = false;
    document.getElementById("react-entry-point").hidden = true;
    tell("session-ended");
    measure();
  }

  // A token that came after all.
  function resume() {
    if (!isOver) { return; }
    isOver = false;
    keepHere();
    document.getElementById("ended").hidden = true;
    document.getElementById("react-entry-point").hidden = false;
    if (isReady) { window.dash_clientside.set_props("tick", { n_intervals: Date.now() % 1e9 }); }
  }

  function speak(answer) {
    document.documentElement.lang = answer.language;
    document.title = answer.title;
    document.getElementById("words").textContent = JSON.stringify(answer.words);
  }

  // -- Look ---------------------------------------------------------------------------------------------------

  var sheet = document.head.appendChild(document.createElement("style"));

  function rules(selector, values) {
    var lines = Object.keys(values).map(function (name) { return name + ":" + values[name] + ";"; });
    return lines.length ? selector + "{" + lines.join("") + "}" : "";
  }

  var shown = null; // the theme

  function look(theme) {
    shown = theme;
    dress();
    var dark = rules(":root:not([data-theme=light])", theme.variables.dark);
    sheet.textContent = rules(":root.embed", theme.variables.all) +
      rules(":root", theme.variables.light) +
      (dark ? "@media screen and (prefers-color-scheme:dark){" + dark + "}" : "") +
      "@media screen{" + rules(":root[data-theme=dark]", theme.variables.dark) + "}" + // paper is light
      (theme.series.own ? theme.series.drawn.map(coloured).join("") : "");
    window.dashappEmbed.series = theme.series;
    document.dispatchEvent(new CustomEvent("dashapp:look"));
  }

  // Figures keep their colors; CSS replaces our nth color with the theme's nth.
  function coloured(hex, n) {
    var rgb = "rgb(" + [1, 3, 5].map(function (at) { return parseInt(hex.slice(at, at + 2), 16); }).join(", ") + ")";
    return ["stroke", "fill", "background"].map(function (name) {
      return "[style*='" + name + ": " + rgb + "'],[" + name + "='" + rgb + "']{" + name + ":var(--chart-" + (n + 1) + ")!important}";
    }).join("");
  }

  // A frame may be told another preference than the page around it has (Media Queries 5, 11.5).
  var prefersDark = null;

  function follow(isDark) {
    prefersDark = isDark;
    if (shown) { dress(); }
  }

  function dress() {
    var root = document.documentElement;
    var isTold = prefersDark !== null && prefersDark !== window.matchMedia("(prefers-color-scheme:dark)").matches;
    if (shown.mode !== "auto") { root.dataset.theme = shown.mode; } else if (isTold) {
      root.dataset.theme = prefersDark ? "dark" : "light";
    } else { delete root.dataset.theme; }
  }

  // What was asked for before there was a board is done when there is one.
  var isReady = false;
  var asked = {};

  function ready() {
    if (isReady) { return; }
    isReady = true;
    tell("ready", { title: document.title });
    if (asked.theme !== undefined) { changeTheme(asked.theme); }
    if (asked.range !== undefined) { changeRange(asked.range); }
  }

  function changeRange(word) {
    if (!isReady) { asked.range = word; return; }
    var known = document.getElementById("board").dataset;
    if (known.calendar.split(" ").indexOf(word) >= 0) {
      window.dashappBoard.go(function (wanted) {
        wanted.set("time_range", word);
        ["from", "to", "as_of"].forEach(function (name) { wanted.delete(name); });
      });
      return;
    }
    if (known.presets.split(" ").indexOf(word) < 0) {
      tell("error", { message: "The range " + word + " is not available." });
      return;
    }
    window.dash_clientside.set_props("range", { value: word });
  }

  function changeTheme(wanted) {
    if (!isReady) { asked.theme = wanted; return; }
    if (isOver) { return; }
    var bearer = page;
    post("/theme", bearer, wanted).then(function (response) {
      return response.status === 401
        ? refused("Bearer " + bearer).then(function (token) { return post("/theme", token, wanted); })
        : response;
    }).then(function (response) {
      return response.ok ? response.json().then(look) : response.json().then(function (answer) {
        tell("error", { message: answer.error.message });
      });
    }).catch(function () {});
  }

  // -- Size -----------------------------------------------------------------------------------------------------

  // On the screen, and on narrow and on wide paper. While the board is printed nothing is told.
  var told = "";
  function measure() {
    if (document.documentElement.classList.contains("has-large")) { return; } // it left the flow for a moment
    var size = { height: Math.ceil(document.getElementById("main").getBoundingClientRect().height) };
    var shared = window.dashappBoard;
    if (shared) { size.paper = shared.heightsOnPaper(); }
    var text = JSON.stringify(size);
    if (size.height && size.paper !== null && text !== told) {
      told = text;
      tell("resize", size);
    }
  }
  new ResizeObserver(measure).observe(document.getElementById("main"));
  document.addEventListener("dashapp:refreshed", measure);

  // What opens now is placed by what is seen now.
  ["keydown", "click"].forEach(function (name) {
    document.addEventListener(name, function () { if (isReady) { tell("visible-needed"); } }, true);
  });

  // -- What board.js needs ----------------------------------------------------------------------------------------

  // A request was refused: once for all that were sent with the same token.
  function refused(header) {
    if (isOver) { return Promise.reject(new Error("over")); }
    return page && header !== "Bearer " + page ? Promise.resolve(page) : renew();
  }

  window.dashappEmbed = {
    header: function () {
      if (isOver) { return Promise.reject(new Error("over")); }
      return (page ? Promise.resolve(page) : coming || started).then(function (token) {
        return "Bearer " + token;
      });
    },
    refused: refused,
    ready: ready,
    end: end,
    // The token goes along, in the state of the entry.
    reload: function () {
      isBrought = false;
      keepHere();
      location.reload();
    },
    tellRange: function (range) { tell("range", { range: range }); },
    tellError: function (message) { tell("error", { message: message }); }
  };

  tell("loading");
  var started = begin();
  started.catch(function () {});

  // As soon as there is a token, while the big scripts are still read; board.js takes it from here.
  window.dashappLayout = started.then(function (token) {
    return nativeFetch(BASE + "/_dash-layout" + location.search, {
      credentials: "omit", referrerPolicy: "no-referrer", headers: { Authorization: "Bearer " + token }
    });
  });
  window.dashappLayout.catch(function () {});
})();
