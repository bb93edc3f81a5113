// The board's own script: requests, what they show, and the age of the numbers.
// Dash's renderer draws; this file only tells it what it cannot know.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var word = shared.word, board = shared.board, panels = shared.panels, set = shared.set;
  var embed = window.dashappEmbed; // on an embedded page: the bearer of every request
  var LATEST = 400; // ms until what was answered is shown, also where nothing of it is new
  var OLD = 60000; // ms from which on the age of numbers is told
  var checkedAt = null;

  // The first of each parameter that decides what is shown, and the filters, without blank ones;
  // domain/access/view.py makes the same text.
  function viewOf(search) {
    var asked = new URLSearchParams(search);
    function said(name) { return asked.getAll(name).filter(Boolean); }
    return ["time_range", "as_of", "from", "to", "tz", "compare"]
      .map(function (name) { return said(name)[0] || ""; })
      .concat(said("filter")).join("|");
  }

  shared.viewOf = viewOf;

  // -- Refreshes -----------------------------------------------------------------------------------

  var wasWanted = false; // by the viewer, who sees a progress mark; a tick shows none

  shared.onAsking(function () {
    var isQuiet = !wasWanted && followed === location.search;
    wasWanted = false;
    if (board()) { board().toggleAttribute("data-quiet", isQuiet); }
    setBusy(true);
    turn();
    followAddress();
  });

  shared.onAnswered(function (response) {
    setTimeout(shown, response && response.status === 200 ? LATEST : 0);
    if (response && response.ok) { checkedAt = Date.now(); } // also a 204: nothing has changed, the numbers are as of now
  });

  // On the elements themselves: Dash knows nothing of it, and need not tell all its components.
  function setBusy(isBusy) {
    panels().concat(board() || []).forEach(function (part) { part.setAttribute("aria-busy", String(isBusy)); });
  }

  function shown() { setBusy(false); }

  // The icon of a refresh turns at least once, and ends where it began.
  function turn() {
    var icon = document.querySelector(".ic-refresh");
    if (icon) { icon.classList.add("turning"); }
  }

  document.addEventListener("animationiteration", function (event) {
    if (event.animationName === "turn" && board().getAttribute("aria-busy") === "false") {
      event.target.classList.remove("turning");
    }
  });

  // -- The address is the source of the view ---------------------------------------------------------

  var noUpdate = function () { return window.dash_clientside.no_update; };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    board: {
      // The control was used: a new address. A custom range and a frozen moment of before end here.
      writeAddress: function (preset, search) {
        var asked = new URLSearchParams(search);
        shownPreset = preset;
        if (!preset || presetOf(asked) === preset) { return noUpdate(); }
        asked.set("time_range", preset);
        ["from", "to", "as_of"].forEach(function (name) { asked.delete(name); });
        return "?" + asked.toString();
      }
    }
  });

  // The address changed, by Back, Forward, a link or a control: the range control follows.
  var shownPreset; // null is a range of one's own
  var followed = null;
  function followAddress() {
    if (followed === location.search) { return; }
    followed = location.search;
    var preset = presetOf(shared.asked());
    if (embed) { embed.tellRange(preset || "custom"); }
    if (preset === undefined || preset === shownPreset) { return; }
    shownPreset = preset;
    set("range", { value: preset });
  }

  // The preset that an address means: null is a custom range, undefined "leave the control alone".
  function presetOf(asked) {
    if (asked.get("from") || asked.get("to")) { return null; }
    var known = board() && board().dataset.presets;
    var word = asked.get("time_range");
    if (!known) { return word || undefined; }
    if (word && board().dataset.calendar.split(" ").indexOf(word) >= 0) { return null; } // not in the list
    return known.split(" ").indexOf(word) >= 0 ? word : board().dataset.defaultPreset;
  }

  var retries = 0;
  shared.age = function () { return checkedAt ? Date.now() - checkedAt : 0; };
  shared.refresh = refresh;
  function refresh() {
    retries += 1;
    wasWanted = true;
    set("tick", { n_intervals: 1000000 + retries });
  }

  // -- Age -------------------------------------------------------------------------------------------

  function ago(moment) {
    var sayAgo = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short" });
    var then = typeof moment === "number" ? moment : Date.parse(moment);
    var seconds = Math.max(0, Math.round((Date.now() - then) / 1000));
    if (seconds < 60) { return sayAgo.format(-seconds, "second"); }
    var minutes = Math.round(seconds / 60);
    if (minutes < 60) { return sayAgo.format(-minutes, "minute"); }
    var hours = Math.round(minutes / 60);
    if (hours < 48) { return sayAgo.format(-hours, "hour"); }
    return sayAgo.format(-Math.round(hours / 24), "day");
  }

  function tellAges() {
    var current = board();
    if (!current) { return; }
    var isOld = checkedAt && Date.now() - checkedAt >= OLD && !shared.asked().has("as_of");
    var age = current.querySelector(".fresh .age");
    if (age) { age.textContent = current.dataset.asOf && isOld ? ", " + ago(checkedAt) : ""; }
    var live = current.querySelector(".live");
    if (live) { live.classList.toggle("off", shared.isStill(shared.asked())); }
    tellOld();
  }

  // Of a single panel at once; where all are old, the board says so, and they from a minute on. By the time
  // that passes here, and not by the viewer's clock, which may be wrong.
  var freshAt = new WeakMap();
  function tellOld() {
    var stale = panels().filter(function (panel) { return panel.dataset.state === "stale"; });
    panels().forEach(function (panel) {
      var isStale = stale.indexOf(panel) >= 0;
      if (!isStale || !freshAt.has(panel)) { freshAt.set(panel, checkedAt); }
      var isTold = isStale && (stale.length < panels().length || Date.now() - freshAt.get(panel) >= OLD);
      panel.toggleAttribute("data-old", isTold);
      if (isTold) { panel.querySelector(".old-age").textContent = word("old").replace("%s", ago(freshAt.get(panel))); }
    });
  }

  // Somebody arranged the dashboard anew: its panels are others now.
  function followLayout() {
    var current = board();
    var version = current && current.dataset.revision.split("-").pop();
    if (version && Number(version) > Number(current.dataset.layout)) { (embed || location).reload(); }
  }

  // -- Numbers that are wider than their card --------------------------------------------------------------

  var SMALLEST = 4; // steps of size in 30-board.css: a number is never cut

  function fitNumbers() {
    document.querySelectorAll(".kpi .val").forEach(function (value) {
      delete value.dataset.fit;
      for (var size = 1; size <= SMALLEST && value.scrollWidth > value.clientWidth; size += 1) {
        value.dataset.fit = String(size);
      }
    });
  }
  window.addEventListener("resize", fitNumbers);

  // -- Who waits for new numbers --------------------------------------------------------------------------

  function tell(name) { document.dispatchEvent(new CustomEvent("dashapp:" + name)); }

  // The board has come: it holds its numbers from the first moment.
  function opened() {
    checkedAt = Date.now();
    shownPreset = presetOf(shared.asked());
    followAddress();
    new MutationObserver(function () {
      shown();
      tellAges();
      fitNumbers();
      tell("refreshed");
    }).observe(board(), { attributes: true, attributeFilter: ["data-as-of", "data-view"] });
    fitNumbers();
    tell("opened");
    tell("refreshed");
    if (embed) { embed.ready(); }
  }

  var waiting = new MutationObserver(function () {
    if (board()) {
      waiting.disconnect();
      opened();
    }
  });
  waiting.observe(document.getElementById("react-entry-point"), { childList: true, subtree: true });

  setInterval(tellAges, 1000);
  setInterval(followLayout, 1000);
})();
