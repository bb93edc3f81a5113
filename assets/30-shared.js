// What the board's scripts share: words, the address, components by id.
(function () {
  "use strict";

  function board() { return document.getElementById("board"); }
  function asked() { return new URLSearchParams(location.search); }

  function make(tag, className, text) {
    var made = document.createElement(tag);
    if (className) { made.className = className; }
    if (text !== undefined) { made.textContent = text; }
    return made;
  }

  function stored(name, known) {
    var value = null;
    try {
      value = localStorage.getItem("dashapp-" + name);
      if (value !== null && known.indexOf(value) < 0) { localStorage.removeItem("dashapp-" + name); }
    } catch (error) { /* no storage: nothing is remembered */ }
    return known.indexOf(value) < 0 ? known[0] : value;
  }

  var listeners = { asking: [], answered: [] };

  window.dashappBoard = {
    board: board,
    asked: asked,
    make: make,
    word: function (name) { return JSON.parse(document.getElementById("words").textContent)[name]; },
    language: function () { return document.documentElement.lang; },
    panels: function () { return Array.prototype.slice.call(document.querySelectorAll("[data-panel]")); },
    set: function (id, props) { window.dash_clientside.set_props(id, props); },

    // Another view: `change` gets the parameters of the address. One that is the same asks nothing.
    go: function (change) {
      var wanted = asked();
      var before = wanted.toString();
      change(wanted);
      if (wanted.toString() === before) { return; }
      var text = wanted.toString();
      window.dash_clientside.set_props("url", { search: text ? "?" + text : "" });
    },
    // A range of one's own, in place of a preset and of a frozen moment.
    goToRange: function (from, to) {
      this.go(function (wanted) {
        wanted.set("from", from);
        wanted.set("to", to);
        wanted.delete("time_range");
        wanted.delete("as_of");
      });
    },
    // Whether other ranges than those of the list may be had: an embed grant can forbid it.
    isFree: function () { return document.querySelector("[data-do=earlier]") !== null; },

    // One of a few known words, the first where nothing or anything else is stored.
    stored: stored,
    store: function (name, value) {
      try { localStorage.setItem("dashapp-" + name, value); } catch (error) { /* not remembered */ }
    },

    tell: function (text) {
      var said = document.getElementById("told") || document.body.appendChild(make("p", "toast"));
      said.id = "told";
      said.setAttribute("role", "status");
      said.textContent = text;
      said.dataset.shown = "true";
      clearTimeout(said.timer);
      said.timer = setTimeout(function () { delete said.dataset.shown; }, 3000);
    },
    // A refresh is asked for, and answered: with a response, or with null where none came.
    asking: function () { listeners.asking.forEach(function (listener) { listener(); }); },
    answered: function (response) { listeners.answered.forEach(function (listener) { listener(response); }); },
    onAsking: function (listener) { listeners.asking.push(listener); },
    onAnswered: function (listener) { listeners.answered.push(listener); },
    // After new numbers have come; and after charts were drawn with them.
    onRefresh: function (listener) { document.addEventListener("dashapp:refreshed", listener); },
    onDrawn: function (listener) { document.addEventListener("dashapp:drawn", listener); }
  };
})();
