// @ts-check
// What the sheets behind numbers share: their head, and what they show while there are no rows. A sheet
// closes when the board shows another view.
/** @import { Part } from "./part.js" */
import { shown, word } from "../page/island.js";
import { get, make } from "../page/page.js";
import { closeSheet, openSheet } from "../page/sheet.js";
import { refreshed } from "../page/signals.js";
import { toast } from "../page/toast.js";

let view = "";

/**
 * @param {Part} part
 * @param {string} [heading] by default, the panel's title
 */
export function openPartSheet({ panel, name, color, when }, heading) {
  const title = get("h2", panel).textContent ?? "";
  const sheet = openSheet(heading ?? title);
  view = shown().view;
  const mark = make("i");
  mark.style.background = color;
  const dates = when || get("#dates").textContent || "";
  const texts = [heading === undefined ? "" : title, name === title ? "" : name, dates];
  sheet.about.append(...(color ? [mark] : []), make("span", "", texts.filter(Boolean).join(" · ")));
  return sheet;
}

/**
 * Run what fills a sheet. Until then, and if it fails, the sheet says so.
 * @param {{ body: HTMLElement }} sheet
 * @param {() => Promise<void>} fill
 */
export async function fillSheet(sheet, fill) {
  sheet.body.replaceChildren(stateOf(word("loading")));
  sheet.body.setAttribute("aria-busy", "true");
  try {
    await fill();
  } catch (error) {
    const retry = textButton(word("retry"), () => fillSheet(sheet, fill));
    sheet.body.replaceChildren(stateOf(String(/** @type {Error} */ (error).message), retry));
  }
  sheet.body.removeAttribute("aria-busy");
}

/**
 * @param {string} text
 * @param {HTMLElement} [action]
 */
export function stateOf(text, action) {
  const state = make("div", "state");
  state.setAttribute("role", "status");
  state.append(make("strong", "", text));
  if (action) {
    state.append(make("div", "act"));
    state.lastChild?.appendChild(action);
  }
  return state;
}

/**
 * @param {string} text
 * @param {() => void} press
 */
export function textButton(text, press) {
  const button = make("button", "btn sm", text);
  button.type = "button";
  button.addEventListener("click", press);
  return button;
}

/**
 * A button that saves a file.
 * @param {() => Promise<void>} save
 */
export function fileButton(save) {
  const button = textButton("CSV", async () => {
    button.disabled = true;
    await save().catch(() => toast(word("notLoaded")));
    button.disabled = false;
  });
  button.prepend(make("i", "ic ic-download"));
  button.title = word("csv");
  return button;
}

refreshed.on(() => {
  if (view && shown().view !== view) {
    view = "";
    closeSheet();
  }
});
