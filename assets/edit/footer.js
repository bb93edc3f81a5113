// @ts-check
// The bar below the board while it is edited, and the message with which a removed panel can be had back.
import { find, get, make } from "../board/page/page.js";
import { text } from "./texts.js";

const SHOWN_MS = 8_000;

/**
 * @param {string} act
 * @param {string} name
 * @param {string} [look]
 */
function button(act, name, look = "btn") {
  const made = make("button", look, name);
  made.type = "button";
  made.dataset.act = act;
  return made;
}

/** The bar, at the end of the page's main part. */
export function openBar() {
  const bar = make("div", "edit-bar");
  bar.setAttribute("role", "region");
  bar.setAttribute("aria-label", text("editing"));
  const status = make("p", "sr");
  status.setAttribute("role", "status");
  const count = make("span", "edit-count");
  const inner = make("div", "edit-bar-in");
  inner.append(
    button("add", text("add"), "btn edit-add"),
    button("undo", text("undo"), "btn quiet"),
    button("redo", text("redo"), "btn quiet"),
    count,
    button("discard", text("done")),
    button("save", text("save"), "btn primary"),
  );
  bar.append(inner, status);
  get("#main").append(bar);
  return {
    element: bar,
    /** @param {string} message */
    announce(message) {
      status.textContent = message;
    },
    /** @param {{ changes: number, canUndo: boolean, canRedo: boolean, isSaving: boolean }} state */
    show({ changes, canUndo, canRedo, isSaving }) {
      const words = { 0: "noChanges", 1: "oneChange" }[changes] ?? "changes";
      count.textContent = isSaving ? text("saving") : text(words, String(changes));
      enable("undo", canUndo && !isSaving);
      enable("redo", canRedo && !isSaving);
      enable("add", !isSaving);
      enable("save", changes > 0 && !isSaving);
      get("[data-act=discard]", bar).textContent = text(changes ? "discard" : "done");
    },
  };

  /**
   * @param {string} act
   * @param {boolean} isEnabled
   */
  function enable(act, isEnabled) {
    const target = /** @type {HTMLButtonElement} */ (get(`[data-act=${act}]`, bar));
    if (!isEnabled && target === document.activeElement) {
      get("[data-act=discard]", bar).focus(); // a disabled button loses the focus
    }
    target.disabled = !isEnabled;
  }
}

/** @type {number | undefined} */
let timer;

/**
 * Say what has been removed, with a button that undoes it.
 * @param {string} message
 */
export function offerUndo(message) {
  const toast =
    find(".edit-toast") ?? get(".edit-bar").appendChild(make("div", "toast edit-toast"));
  toast.replaceChildren(make("span", "", message), button("undo", text("undo"), "edit-undo"));
  toast.dataset.shown = "true";
  clearTimeout(timer);
  timer = window.setTimeout(closeToast, SHOWN_MS);
}

export function closeToast() {
  find(".edit-toast")?.remove();
}
