// Arranging a dashboard: rows move without a round trip, by buttons, keys or dragging, and a preview
// shows the board's shape. Without this script the same buttons ask the server.
(function () {
  "use strict";

  var rows = document.getElementById("rows");
  var moved = document.getElementById("moved");
  var preview = document.getElementById("preview");
  var dragged = null;

  function all() { return Array.prototype.slice.call(rows.children); }
  function titleOf(row) {
    var input = row.querySelector(".row-title input");
    return input.value.trim() || input.placeholder;
  }

  function tell(row) {
    moved.textContent = moved.dataset.words
      .replace(/%[pnc]/g, function (word) {
        return { "%p": titleOf(row), "%n": all().indexOf(row) + 1, "%c": all().length }[word];
      });
  }

  function move(row, step) {
    var other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (other) { rows.insertBefore(step < 0 ? row : other, step < 0 ? other : row); }
    tell(row);
    draw();
  }

  function draw() {
    var sized = all().some(function (row) {
      return row.querySelector(".row-size select").value !== row.dataset.size;
    });
    preview.className = sized ? "preview-grid" : "preview-grid auto";
    preview.replaceChildren.apply(preview, all().filter(function (row) {
      return row.querySelector(".row-shown input").checked;
    }).map(function (row) {
      var box = document.createElement("span");
      box.className = "box " + row.querySelector(".row-size select").value +
        ("tall" in row.dataset ? " tall" : "");
      box.textContent = titleOf(row);
      return box;
    }));
  }

  rows.addEventListener("click", function (event) {
    var button = event.target.closest("[data-move]");
    if (!button) { return; }
    event.preventDefault();
    move(button.closest("li"), Number(button.dataset.move));
    button.focus();
  });

  // Alt with an arrow moves the row that has the focus.
  rows.addEventListener("keydown", function (event) {
    var step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey || event.target.matches("select")) { return; } // opens a list
    event.preventDefault();
    var focused = document.activeElement;
    move(event.target.closest("li"), step);
    focused.focus();
  });

  rows.addEventListener("input", draw);

  // Leaving the page loses what was changed and not saved: the browser asks first.
  var form = document.getElementById("arrange");
  var before = state();
  var isSent = false;
  function state() { return new URLSearchParams(new FormData(form)).toString(); }
  form.addEventListener("submit", function () { isSent = true; });
  window.addEventListener("beforeunload", function (event) {
    var isOpen = form.dataset.changed === "true" || state() !== before;
    if (!isSent && isOpen) { event.preventDefault(); }
  });

  // Enter in a field saves nothing by accident: only the button does.
  rows.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.matches("input")) { event.preventDefault(); }
  });

  all().forEach(function (row) {
    var grip = row.querySelector(".grip");
    grip.addEventListener("pointerdown", function () { row.draggable = true; });
    grip.addEventListener("pointerup", function () { row.draggable = false; });
    row.addEventListener("dragstart", function () { dragged = row; row.classList.add("dragged"); });
    row.addEventListener("dragend", function () {
      row.classList.remove("dragged");
      row.draggable = false;
      dragged = null;
      tell(row);
      draw();
    });
    row.addEventListener("dragover", function (event) {
      if (!dragged || dragged === row) { return; }
      event.preventDefault();
      var box = row.getBoundingClientRect();
      var isBelow = event.clientY > box.top + box.height / 2;
      rows.insertBefore(dragged, isBelow ? row.nextElementSibling : row);
    });
  });

  draw();
})();
