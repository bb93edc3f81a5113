// What is said of one step of a chart: as a card, and as a sentence for a screen reader.
(function () {
  "use strict";

  var shared = window.dashappBoard;
  var make = shared.make;

  // -- Words -----------------------------------------------------------------------------------------

  // As the server writes them: grouped in every language, changes with one decimal.
  function written(value, more) {
    return new Intl.NumberFormat(shared.language(), Object.assign({ useGrouping: "always" }, more)).format(value);
  }

  function number(value) { return written(value); }

  function perCent(share, places) {
    return written(share, { style: "percent", minimumFractionDigits: places, maximumFractionDigits: places });
  }

  function change(now, before) {
    if (now === before) { return "±" + perCent(0, 0); }
    if (!before) { return "+" + number(now); }
    var share = Math.abs(now - before) / before;
    if (share < 0.0005) { return "±" + perCent(0, 0); } // what would be 0.0% is no change
    return (now > before ? "+" : "−") + perCent(share, share >= 10 ? 0 : 1);
  }

  // Where nothing was marked, Plotly drops the empty object.
  function marksOf(meta, bucket) { return (meta.marks || {})[bucket] || []; }

  function sentence(meta, bucket) {
    var parts = meta.series.map(function (one) {
      var said = one.name + " " + number(one.values[bucket]);
      if (!one.before) { return said; }
      return said + ", " + shared.word("before") + " " + number(one.before[bucket]);
    });
    return meta.labels[bucket] + ": " + parts.concat(marksOf(meta, bucket)).join("; ");
  }

  // -- The card ----------------------------------------------------------------------------------------

  function cardOf(panel) {
    return panel.querySelector(":scope > .card-of") || panel.appendChild(make("div", "card-of"));
  }

  function row(one, bucket, mark) {
    var cells = make("tr");
    var name = make("th");
    name.appendChild(make("i", mark)).style.background = one.colour;
    name.appendChild(document.createTextNode(one.name));
    name.scope = "row";
    cells.append(name, make("td", "now", number(one.values[bucket])));
    if (one.before) {
      cells.append(make("td", "then", number(one.before[bucket])),
        make("td", "", change(one.values[bucket], one.before[bucket])));
    }
    return cells;
  }

  function fillCard(card, meta, bucket, isBars) {
    var head = make("div", "card-head");
    head.append(make("strong", "", meta.labels[bucket]));
    if (meta.before) { head.append(make("span", "", shared.word("versus").replace("%s", meta.before[bucket]))); }
    var table = make("table");
    meta.series.forEach(function (one) { table.appendChild(row(one, bucket, isBars ? "k-box" : "k-line")); });
    card.replaceChildren(head, table);
    marksOf(meta, bucket).forEach(function (line) {
      var said = make("p", "card-mark");
      said.append(make("i", "k-mark"), document.createTextNode(line));
      card.append(said);
    });
    card.append(make("p", "card-zone", meta.zone));
  }

  function place(card, panel, x) {
    var room = panel.clientWidth;
    var left = x + 16;
    if (left + card.offsetWidth > room - 8) { left = x - 16 - card.offsetWidth; }
    card.style.left = Math.max(8, left) + "px";
  }

  shared.number = number;
  shared.change = change;
  shared.card = { cardOf: cardOf, fillCard: fillCard, sentence: sentence, place: place };
})();
