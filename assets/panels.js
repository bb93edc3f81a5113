// What can be done with one panel: large, as a table, as a file, as a link.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var make = shared.make;

  // -- Menu ----------------------------------------------------------------------------------------------

  function closeMenu(focus) {
    document.querySelectorAll(".panel-menu").forEach(function (menu) {
      var button = menu.parentNode.querySelector("[data-do=menu]");
      menu.remove();
      button.setAttribute("aria-expanded", "false");
      if (focus) { button.focus(); }
    });
  }

  function openMenu(button) {
    var panel = button.closest("[data-panel]");
    var wasOpen = button.getAttribute("aria-expanded") === "true";
    closeMenu(false);
    if (wasOpen) { return; }
    var menu = make("div", "menu right panel-menu");
    menu.setAttribute("role", "menu");
    menu.setAttribute("aria-label", button.title);
    choices(panel).forEach(function (choice) {
      var item = make("button", "menu-i plain", shared.word(choice[0]));
      item.type = "button";
      item.setAttribute("role", "menuitem");
      item.addEventListener("click", function () { closeMenu(true); choice[1](panel); });
      menu.appendChild(item);
    });
    button.parentNode.appendChild(menu);
    button.setAttribute("aria-expanded", "true");
    menu.firstChild.focus();
  }

  function choices(panel) {
    var hasChart = panel.querySelector(".js-plotly-plot") && panel.dataset.state !== "empty";
    var found = [panel.dataset.large ? ["small", small] : ["large", large]];
    if (hasChart) { found.push(panel.dataset.table ? ["chart", asChart] : ["table", asTable]); }
    found.push(["csv", function () { download(panel, "csv"); }], ["json", function () { download(panel, "json"); }]);
    if (hasChart) { found.push(["png", function () { shared.picture(panel, save); }]); }
    if (!window.dashappEmbed) { found.push(["link", function () { shared.copy(linkTo(panel)); }]); }
    return found;
  }

  function moveInMenu(event) {
    var items = Array.prototype.slice.call(event.target.closest(".panel-menu").children);
    var step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    var place = items.indexOf(event.target);
    if (event.key === "Home") { place = -1; step = 1; }
    if (event.key === "End") { place = items.length; step = -1; }
    if (event.key === "Tab") { closeMenu(false); }
    if (step) { items[(place + step + items.length) % items.length].focus(); event.preventDefault(); }
  }

  // -- Large ---------------------------------------------------------------------------------------------

  // The panel alone; what lies behind it can be reached neither by key nor by pointer.
  function large(panel) {
    panel.dataset.large = "true";
    setBehind(panel, true);
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-modal", "true");
    remember(panel.dataset.panel);
    fit(panel);
    panel.querySelector("[data-do=menu]").focus();
  }

  function small() {
    var panel = document.querySelector("[data-large]");
    if (!panel) { return; }
    delete panel.dataset.large;
    panel.removeAttribute("role");
    panel.removeAttribute("aria-modal");
    setBehind(panel, false);
    remember(null);
    fit(panel);
    panel.querySelector("[data-do=menu]").focus();
  }

  function setBehind(panel, isInert) {
    for (var part = panel; part && part !== document.body; part = part.parentNode) {
      Array.prototype.forEach.call(part.parentNode.children, function (other) {
        if (other !== part && other.id !== "told") { other.inert = isInert; }
      });
    }
    document.documentElement.classList.toggle("has-large", isInert);
  }

  function fit(panel) {
    var plot = panel.querySelector(".js-plotly-plot");
    if (plot) { requestAnimationFrame(function () { window.Plotly.Plots.resize(plot); }); }
  }

  // In the address, so that a link opens it large; no new numbers are asked for.
  function remember(slug) {
    var wanted = shared.asked();
    if (slug) { wanted.set("panel", slug); } else { wanted.delete("panel"); }
    var text = wanted.toString();
    history.replaceState(history.state, "", location.pathname + (text ? "?" + text : ""));
  }

  function openAsked() {
    var slug = shared.asked().get("panel");
    var panel = shared.panels().filter(function (one) { return one.dataset.panel === slug; })[0];
    if (panel && !panel.dataset.large) { large(panel); }
  }

  // -- Table ---------------------------------------------------------------------------------------------

  function asTable(panel) {
    panel.dataset.table = "true";
    fillTable(panel);
    panel.querySelector(".table-of").focus();
  }

  function asChart(panel) {
    delete panel.dataset.table;
    panel.querySelector(".table-of").remove();
    fit(panel);
  }

  function fillTable(panel) {
    var plot = panel.querySelector(".js-plotly-plot");
    var meta = plot && plot.layout && plot.layout.meta;
    if (!meta || !meta.labels) { return; }
    var box = panel.querySelector(".table-of") || panel.appendChild(make("div", "table-of"));
    box.tabIndex = 0;
    box.setAttribute("role", "group"); // the panel around it is the landmark
    box.setAttribute("aria-label", panel.getAttribute("aria-label"));
    var table = make("table");
    table.append(make("caption", "sr", panel.getAttribute("aria-label") + ", " + meta.zone), headOf(meta), bodyOf(meta));
    box.replaceChildren(table);
  }

  function headOf(meta) {
    var cells = [shared.word("when")];
    meta.series.forEach(function (one) {
      cells.push(one.name);
      if (one.before) { cells.push(one.name + ", " + shared.word("before"), shared.word("change")); }
    });
    var row = make("tr");
    cells.forEach(function (text) { row.appendChild(make("th", "", text)).scope = "col"; });
    var head = make("thead");
    head.appendChild(row);
    return head;
  }

  function bodyOf(meta) {
    var body = make("tbody");
    meta.labels.forEach(function (label, bucket) {
      var row = make("tr");
      row.appendChild(make("th", "", label)).scope = "row";
      meta.series.forEach(function (one) {
        row.appendChild(make("td", "", shared.number(one.values[bucket])));
        if (one.before) {
          row.append(make("td", "", shared.number(one.before[bucket])),
            make("td", "", shared.change(one.values[bucket], one.before[bucket])));
        }
      });
      body.appendChild(row);
    });
    return body;
  }

  // -- Files ---------------------------------------------------------------------------------------------

  // Exactly what is shown: the same range, filters and moment.
  function addressOf(panel, kind) {
    var parts = location.pathname.split("/");
    var wanted = new URLSearchParams({ org: parts[2] });
    var asked = shared.asked();
    ["from", "to", "tz"].forEach(function (name) { if (asked.get(name)) { wanted.set(name, asked.get(name)); } });
    asked.getAll("filter").forEach(function (one) { wanted.append("filter", one); });
    if (!asked.get("from")) { wanted.set("time_range", shared.board().dataset.timeRange); }
    if (shared.board().dataset.compared || asked.get("compare") === "off") { wanted.set("compare", asked.get("compare")); }
    if (kind === "csv") { wanted.set("bom", "1"); } // for the spreadsheet that opens it
    if (shared.isFree() && panel.dataset.asOf) { wanted.set("as_of", panel.dataset.asOf); }
    return "/api/v1/dashboards/" + parts[3] + "/panels/" + panel.dataset.panel + "." + kind + "?" + wanted;
  }

  function download(panel, kind) {
    shared.send(addressOf(panel, kind)).then(function (response) {
      if (!response.ok) { throw new Error(String(response.status)); }
      return response.blob().then(function (blob) { save(blob, nameIn(response, panel, kind)); });
    }).catch(function () { shared.tell(shared.word("notLoaded")); });
  }

  function nameIn(response, panel, kind) {
    var found = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") || "");
    return found ? decodeURIComponent(found[1]) : panel.dataset.panel + "." + kind;
  }

  function save(blob, name) {
    var link = make("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }

  function linkTo(panel) {
    var wanted = shared.asked();
    wanted.set("panel", panel.dataset.panel);
    return location.origin + location.pathname + "?" + wanted;
  }

  shared.copy = function (text) {
    if (!navigator.clipboard) { shared.tell(shared.word("notCopied")); return; }
    navigator.clipboard.writeText(text).then(function () {
      shared.tell(shared.word("copied"));
    }, function () { shared.tell(shared.word("notCopied")); });
  };

  // -- Wires ---------------------------------------------------------------------------------------------

  document.addEventListener("click", function (event) {
    var target = event.target instanceof Element ? event.target : null;
    var button = target && target.closest("[data-do=menu]");
    if (button) { openMenu(button); return; }
    if (!target || !target.closest(".panel-menu")) { closeMenu(false); }
    if (target && target.matches("html, body, main")) { small(); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.target instanceof Element && event.target.closest(".panel-menu")) { moveInMenu(event); }
    if (event.key !== "Escape") { return; }
    if (document.querySelector(".panel-menu")) { closeMenu(true); } else { small(); }
  });

  shared.onDrawn(function () {
    document.querySelectorAll("[data-table]").forEach(fillTable);
  });
  document.addEventListener("dashapp:opened", openAsked);
})();
