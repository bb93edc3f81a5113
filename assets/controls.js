// The controls above the panels. Each writes the address, and the address is what is shown.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var OFTEN = { "off": 0, "15s": 15000, "1m": 60000, "5m": 300000 };
  var DEFAULT = "15s";
  var JITTER = 0.2; // of the interval: boards that were opened together do not ask together

  // Whoever chose something in one goes on from its button.
  function closeMenus() {
    document.querySelectorAll("details.menu-of[open]").forEach(function (menu) {
      if (menu.contains(document.activeElement)) { menu.querySelector("summary").focus({ preventScroll: true }); }
      menu.open = false;
    });
  }

  // -- Steps in time -------------------------------------------------------------------------------------

  function step(name) {
    var parts = shared.board().dataset[name].split("|");
    if (parts.length < 4) { return; }
    shared.go(function (wanted) {
      ["time_range", "as_of", "from", "to"].forEach(function (key, n) {
        if (parts[n]) { wanted.set(key, parts[n]); } else { wanted.delete(key); }
      });
    });
  }

  // -- A range of one's own ------------------------------------------------------------------------------

  // What a clock in a zone shows at a moment, as if it were UTC.
  function wallClock(moment, zone) {
    var parts = {};
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit"
    }).formatToParts(moment).forEach(function (part) { parts[part.type] = part.value; });
    return Date.UTC(+parts.year, parts.month - 1, +parts.day, +parts.hour, +parts.minute, +parts.second);
  }

  // The moment at which a clock in a zone shows this; twice, because the first guess may lie behind a
  // change of the clocks.
  function momentOf(text, zone) {
    var wanted = Date.parse(text + "Z");
    var guess = wanted - (wallClock(wanted, zone) - wanted);
    return new Date(guess - (wallClock(guess, zone) - wanted));
  }

  function plain(moment) { return moment.toISOString().replace(".000Z", "Z"); }

  function fillDates() {
    var data = shared.board().dataset;
    [["from", data.start], ["to", data.end]].forEach(function (pair) {
      var field = document.getElementById("custom-" + pair[0]);
      field.value = new Date(wallClock(Date.parse(pair[1]), data.zone)).toISOString().slice(0, 16);
    });
    sayFault("");
  }

  function sayFault(text) { document.querySelector("[data-fault]").textContent = text; }

  function showCustom() {
    var zone = shared.board().dataset.zone;
    var from = document.getElementById("custom-from").value;
    var to = document.getElementById("custom-to").value;
    if (!from || !to || from >= to) { sayFault(shared.word("wrongDates")); return; }
    closeMenus();
    shared.goToRange(plain(momentOf(from, zone)), plain(momentOf(to, zone)));
  }

  // -- Zones -----------------------------------------------------------------------------------------------

  function fillZones(select) {
    if (select.options.length) { return; }
    var own = shared.board().dataset.ownZone;
    var here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    select.add(new Option(shared.word("ownZone").replace("%s", own), ""));
    if (here && here !== own) { select.add(new Option(shared.word("browserZone").replace("%s", here), here)); }
    if (own !== "UTC" && here !== "UTC") { select.add(new Option("UTC", "UTC")); }
    var all = document.createElement("optgroup");
    all.label = shared.word("allZones");
    Intl.supportedValuesOf("timeZone").forEach(function (zone) { all.appendChild(new Option(zone, zone)); });
    select.add(all);
  }

  // Browsers list one name of a zone that has several; an address may have another.
  function choose(select, zone) {
    select.value = zone;
    if (select.value !== zone) { select.add(new Option(zone, zone, true, true), 0); }
  }

  // -- Refreshing by itself ------------------------------------------------------------------------------

  function often() {
    var word = shared.asked().get("refresh");
    return Object.prototype.hasOwnProperty.call(OFTEN, word) ? word : DEFAULT;
  }

  // What is frozen, hidden or switched off does not tick.
  function isStill(asked) {
    return asked.has("as_of") || asked.has("from") || document.hidden || often() === "off" || shared.isFailing();
  }

  var kept = ""; // what the clock was told last
  function keepTime() {
    var state = [often(), isStill(shared.asked())].join();
    if (!shared.board() || state === kept) { return; }
    kept = state;
    var pause = OFTEN[often()] || OFTEN[DEFAULT];
    shared.set("tick", {
      disabled: isStill(shared.asked()),
      interval: Math.round(pause * (1 - JITTER / 2 + JITTER * Math.random()))
    });
    document.querySelectorAll("[data-often]").forEach(function (item) {
      if (item.dataset.often === often()) {
        item.setAttribute("aria-current", "true");
      } else {
        item.removeAttribute("aria-current");
      }
    });
  }

  function chooseOften(word) {
    closeMenus();
    shared.go(function (wanted) {
      if (word === DEFAULT) { wanted.delete("refresh"); } else { wanted.set("refresh", word); }
    });
    setTimeout(keepTime, 0);
  }

  // Somebody looks again: what is older than it would be is asked for at once.
  document.addEventListener("visibilitychange", function () {
    keepTime();
    if (!document.hidden && !isStill(shared.asked()) && shared.age() > OFTEN[often()]) { shared.refresh(); }
  });

  // -- Wires -----------------------------------------------------------------------------------------------

  var DOES = {
    earlier: function () { step("earlier"); },
    later: function () { step("later"); },
    custom: showCustom,
    refresh: function () { shared.refresh(); },
    unfilter: function () { shared.unfilter(null); },
    copy: function () { shared.copy(location.href); }
  };

  document.addEventListener("click", function (event) {
    var opener = event.target instanceof Element && event.target.closest(".custom > summary");
    if (opener && !opener.parentNode.open) { fillDates(); } // before anybody can type: toggle comes later
    var target = event.target instanceof Element ? event.target.closest("[data-do],[data-often],[data-filter],[data-unfilter]") : null;
    if (!target) { return; }
    if (target.dataset.filter) { shared.filter(target.dataset.filter); return; }
    if (target.dataset.unfilter) { shared.unfilter(target.dataset.unfilter); return; }
    if (target.dataset.often) { chooseOften(target.dataset.often); return; }
    if (Object.prototype.hasOwnProperty.call(DOES, target.dataset.do)) { DOES[target.dataset.do](); }
  });

  document.addEventListener("change", function (event) {
    if (event.target.id === "compare") {
      shared.go(function (wanted) {
        if (event.target.checked) { wanted.set("compare", "previous"); } else { wanted.delete("compare"); }
      });
    }
    if (event.target.id === "zone-of") {
      closeMenus();
      shared.go(function (wanted) {
        if (event.target.value) { wanted.set("tz", event.target.value); } else { wanted.delete("tz"); }
      });
    }
  });

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !/^custom-/.test(event.target.id || "")) { return; }
    event.preventDefault(); // or it presses what has the focus next
    showCustom();
  });

  document.addEventListener("toggle", function (event) {
    if (!event.target.open || !event.target.matches(".pop")) { return; }
    if (event.target.matches(".custom") && !event.target.querySelector("input:focus")) {
      document.getElementById("custom-from").focus();
    }
    if (event.target.matches(".zones")) {
      var select = document.getElementById("zone-of");
      fillZones(select);
      choose(select, shared.asked().get("tz") || "");
      select.focus();
    }
  }, true);

  // The address changed, also by Back or by a link: the controls follow.
  function follow() {
    var compare = document.getElementById("compare");
    if (compare) { compare.checked = shared.board().dataset.compared !== ""; }
    var data = shared.board().dataset;
    document.querySelectorAll("[data-do=earlier],[data-do=later]").forEach(function (button) {
      button.disabled = !data[button.dataset.do];
    });
    keepTime();
  }

  shared.onRefresh(follow);
  window.addEventListener("popstate", function () { setTimeout(keepTime, 0); }); // whatever is answered
  shared.keepTime = keepTime;
  shared.isStill = isStill;
})();
