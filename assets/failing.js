// When no new numbers come: the board says so once, tries again by itself, and where it has come to
// an end it says why. Dash shows nothing of all this and keeps the old numbers: the worst a board can do.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var word = shared.word, board = shared.board, panels = shared.panels, set = shared.set;
  var embed = window.dashappEmbed;
  var FIRST = 5000, LONGEST = 60000, JITTER = 0.2; // until it is tried again: twice as long each time
  var failedSince = null;
  var tries = 0;
  var timer = null;
  var nextAt = null; // when it is tried again; null while it is being tried
  var isOver = false;

  shared.isFailing = function () { return failedSince !== null || isOver; };

  shared.onAnswered(function (response) {
    if (isOver) { return; }
    if (response && response.ok) { recovered(); } else { failed(response); }
  });

  function recovered() {
    if (failedSince === null) { return; }
    failedSince = nextAt = null;
    tries = 0;
    clearTimeout(timer);
    shared.keepTime();
  }

  function failed(response) {
    if (!board()) { return; }
    failedSince = failedSince || Date.now();
    tries += 1;
    mark(board().dataset.view === shared.viewOf(location.search));
    if (response && response.status === 400) {
      failedSince = null; // it was answered: asking again would change nothing
      tellWhy(response);
      return;
    }
    set("notice", { children: unreachable() });
    shared.keepTime();
    schedule(response);
  }

  // Numbers of the same view stay; those of another one would be wrong.
  function mark(isSame) {
    panels().forEach(function (panel) {
      var slug = panel.dataset.panel;
      if (isSame && ["ready", "empty", "stale"].indexOf(panel.dataset.state) >= 0) {
        set({ type: "panel", slug: slug }, { "data-state": "stale" });
      } else {
        set({ type: "panel", slug: slug }, { "data-state": "error" });
        set({ type: "body", slug: slug }, { children: quiet() });
      }
    });
    if (isSame) { return; }
    set("dates", { children: "–" });
    set("before", { children: "" });
  }

  // A view that was refused says why, in the server's words.
  function tellWhy(response) {
    response.json().then(function (answer) {
      var message = answer && answer.error && answer.error.message;
      if (message) { set("notice", { children: message }); }
      if (message && embed) { embed.tellError(message); }
    }, function () {});
  }

  // -- What is shown -----------------------------------------------------------------------------------

  function element(type, props) { return { namespace: "dash_html_components", type: type, props: props }; }

  function quiet() {
    return element("Div", {
      className: "state err quiet", children: [element("I", { className: "ic ic-alert" }), word("failed")]
    });
  }

  function unreachable() {
    return element("Div", {
      className: "told", children: [
        element("I", { className: "ic ic-alert" }),
        element("Span", { children: word("unreachable").replace("%s", clock(failedSince)) }),
        element("Span", { className: "again", "aria-hidden": "true" }),
        element("Button", { className: "btn sm", type: "button", "data-retry": "true", children: word("retry") })
      ]
    });
  }

  function clock(moment) {
    return new Intl.DateTimeFormat(shared.language(), {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: board().dataset.zone || undefined
    }).format(moment);
  }

  function tellAgain() {
    var place = document.querySelector("#notice .again");
    if (!place || failedSince === null) { return; }
    var seconds = nextAt === null ? 0 : Math.ceil((nextAt - Date.now()) / 1000);
    place.textContent = seconds > 0 ? word("again").replace("%s", String(seconds)) : word("trying");
  }
  setInterval(tellAgain, 500);

  // -- Trying again ------------------------------------------------------------------------------------

  function pauseAfter(response) {
    var asked = response && Number(response.headers.get("Retry-After")) * 1000 || 0;
    var pause = Math.min(LONGEST, FIRST * Math.pow(2, Math.min(tries, 10) - 1));
    return Math.max(asked, pause * (1 - JITTER / 2 + JITTER * Math.random()));
  }

  function schedule(response) {
    var pause = pauseAfter(response);
    clearTimeout(timer);
    nextAt = Date.now() + pause;
    timer = setTimeout(again, pause);
  }

  // A hidden page does not retry; it retries once it is visible.
  function again() {
    if (failedSince === null || document.hidden) { return; }
    clearTimeout(timer);
    nextAt = null;
    shared.refresh();
  }

  document.addEventListener("visibilitychange", again);
  window.addEventListener("online", again);
  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element && event.target.closest("[data-retry]");
    if (!button) { return; }
    if (failedSince === null) { shared.refresh(); } else { again(); }
  });

  // -- The end -------------------------------------------------------------------------------------------
  // The board is gone, or no longer theirs: what it showed is put away, and nothing is asked any more.

  shared.isOver = function () { return isOver; };
  shared.gone = function (response) {
    if (embed) { embed.end(); return; }
    if (isOver) { return; }
    isOver = true;
    clearTimeout(timer);
    response.json().then(function (answer) { return answer.error.message; }).catch(function () { return ""; }).then(end);
  };

  function end(message) {
    putAway();
    var box = shared.make("section", "gone");
    var link = shared.make("a", "btn", word("home"));
    link.href = "/";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    box.append(shared.make("h2", "", word("gone")), shared.make("p", "", message), link);
    document.getElementById("main").appendChild(box);
    box.focus({ preventScroll: true });
  }

  function putAway() {
    if (board()) { set("tick", { disabled: true }); }
    document.getElementById("react-entry-point").hidden = true;
    document.querySelectorAll(".boot, dialog").forEach(function (part) { part.remove(); });
    document.querySelectorAll("[inert]").forEach(function (part) { part.inert = false; });
    document.documentElement.classList.remove("has-large");
    panels().forEach(function (panel) {
      set({ type: "body", slug: panel.dataset.panel }, { children: null });
      if (panel.querySelector(".js-plotly-plot")) {
        set({ type: "figure", slug: panel.dataset.panel }, { figure: { data: [], layout: {} } });
      }
    });
  }
})();
