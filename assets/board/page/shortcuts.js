// @ts-check
// Keyboard shortcuts, and the list of them that `?` opens. Viewers can turn them off (WCAG 2.1.4).
import { setProps } from "../dash/dash.js";
import { opening, word } from "./island.js";
import { listen } from "./lazy.js";
import { board, closest, find, get, make } from "./page.js";
import { PALETTE_KEYS } from "./palette-keys.js";
import { store, stored } from "./storage.js";
import { isTyping } from "./typing.js";

/** The elements that keys click. @type {Record<string, string>} */
const TARGETS = {
  r: "[data-do=refresh]",
  c: "#compare",
  d: ".custom > summary",
  e: ".btn.edit",
  f: "[data-do=present]",
  "[": "[data-do=earlier]",
  "]": "[data-do=later]",
};
const LIST = [
  ["?", "keyHelp"],
  [PALETTE_KEYS, "palette"],
  ["r", "keyRefresh"],
  ["c", "keyCompare"],
  ["d", "keyDates"],
  ["e", "keyEdit"],
  ["f", "keyPresent"],
  ["[", "keyEarlier"],
  ["]", "keyLater"],
  ["1 – 9", "keyPreset"],
  ["Alt 1 – 9", "keyMetric"],
  ["← → ⇧ ↵", "keyChart"],
  ["Esc", "keyClose"],
];

const areOn = () => stored("keys", ["on", "off"]) === "on";

/** @param {string} key */
function press(key) {
  const target = find(TARGETS[key]);
  if (target && !target.matches(":disabled")) {
    target.click();
  }
}

/** @param {number} number */
function choosePreset(number) {
  const preset = opening()?.presets[number - 1];
  if (preset) {
    setProps("range", { value: preset });
  }
}

document.addEventListener("keydown", (event) => {
  const { key } = event;
  const isShortcut = !isTyping(event) && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!isShortcut || !board() || !areOn() || find(".dash-dropdown-content")) {
    return;
  }
  if (key === "?") {
    showList();
  } else if (!find("[data-large]")) {
    if (Object.hasOwn(TARGETS, key)) {
      press(key);
      event.preventDefault();
    } else if (/^[1-9]$/.test(key)) {
      choosePreset(Number(key));
    }
  }
});

// -- The list -------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const menu = closest(event, "[data-do=keys]")?.closest("details");
  if (menu) {
    get("summary", menu).focus(); // the focus returns to it when the list is closed
    menu.open = false;
    showList();
  }
});

listen("keys", showList);

function showList() {
  const dialog = find("dialog#keys") ?? document.body.appendChild(list());
  if (dialog instanceof HTMLDialogElement && !dialog.open) {
    dialog.showModal();
  }
}

function list() {
  const dialog = make("dialog", "keys");
  dialog.id = "keys";
  dialog.setAttribute("aria-labelledby", "keys-h");
  const title = make("h2", "", word("keys"));
  title.id = "keys-h";
  const form = make("form");
  form.method = "dialog";
  form.append(onOff(), make("button", "btn", word("small")));
  dialog.append(title, descriptions(), form);
  return dialog;
}

function descriptions() {
  const descriptions = make("dl");
  for (const [keys, name] of LIST) {
    // Embed tokens can remove controls, and with them their shortcuts.
    if (!TARGETS[keys] || find(TARGETS[keys])) {
      const term = make("dt");
      term.append(make("kbd", "", keys));
      descriptions.append(term, make("dd", "", word(name)));
    }
  }
  return descriptions;
}

function onOff() {
  const label = make("label", "switch");
  const box = make("input");
  box.type = "checkbox";
  box.setAttribute("role", "switch");
  box.checked = areOn();
  box.addEventListener("change", () => store("keys", box.checked ? "on" : "off"));
  label.append(box, make("span", "", word("keysOn")));
  return label;
}
