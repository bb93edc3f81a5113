// Keyboard shortcuts, and the list of them that `?` opens. They can be switched off (WCAG 2.1.4).
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var make = shared.make;
  var PLACES = {
    "r": "[data-do=refresh]", "c": "#compare", "d": ".custom > summary", "[": "[data-do=earlier]", "]": "[data-do=later]"
  };
  var LIST = [
    ["?", "keyHelp"], ["r", "keyRefresh"], ["c", "keyCompare"], ["d", "keyDates"], ["[", "keyEarlier"], ["]", "keyLater"],
    ["1 – 9", "keyPreset"], ["← → ⇧ ↵", "keyChart"], ["Esc", "keyClose"]
  ];

  function press(key) {
    var found = document.querySelector(PLACES[key]);
    if (found && !found.disabled) { found.click(); }
  }

  // An embed grant can leave out what a key would press.
  function isThere(pair) { return !PLACES[pair[0]] || document.querySelector(PLACES[pair[0]]); }

  function choosePreset(number) {
    var words = shared.board().dataset.presets.split(" ");
    if (words[number - 1]) { shared.set("range", { value: words[number - 1] }); }
  }

  function help() {
    var dialog = document.getElementById("keys") || document.body.appendChild(build());
    if (!dialog.open) { dialog.showModal(); }
  }

  function build() {
    var dialog = make("dialog", "keys");
    var list = make("dl");
    dialog.id = "keys";
    dialog.setAttribute("aria-labelledby", "keys-h");
    var title = make("h2", "", shared.word("keys"));
    title.id = "keys-h";
    LIST.filter(isThere).forEach(function (pair) {
      var keys = make("dt");
      keys.append(make("kbd", "", pair[0]));
      list.append(keys, make("dd", "", shared.word(pair[1])));
    });
    var form = make("form");
    form.method = "dialog";
    var button = make("button", "btn", shared.word("small"));
    form.append(onOff(), button);
    dialog.append(title, list, form);
    return dialog;
  }

  function onOff() {
    var label = make("label", "switch");
    var box = make("input");
    box.type = "checkbox";
    box.setAttribute("role", "switch");
    box.checked = shared.stored("keys", ["on", "off"]) === "on";
    box.addEventListener("change", function () { shared.store("keys", box.checked ? "on" : "off"); });
    label.append(box, make("span", "", shared.word("keysOn")));
    return label;
  }

  document.addEventListener("keydown", function (event) {
    var isTyping = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], dialog");
    if (!shared.board() || isTyping || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (shared.stored("keys", ["on", "off"]) === "off" || document.querySelector(".dash-dropdown-content")) { return; }
    if (event.key === "?") { help(); return; }
    if (document.querySelector("[data-large]")) { return; } // what lies behind it is out of reach
    if (Object.prototype.hasOwnProperty.call(PLACES, event.key)) { press(event.key); event.preventDefault(); }
    if (/^[1-9]$/.test(event.key)) { choosePreset(Number(event.key)); }
  });

  document.addEventListener("click", function (event) {
    var button = event.target instanceof Element && event.target.closest("[data-do=keys]");
    if (!button) { return; }
    var menu = button.closest("details");
    menu.querySelector("summary").focus(); // where the focus goes back to
    menu.open = false;
    help();
  });
})();
