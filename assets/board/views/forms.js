// @ts-check
// The parts of the dialogs of saved views.
import { word } from "../page/island.js";
import { make } from "../page/page.js";
import { reasonOf } from "./saved.js";

const MAX_NAME = 60;

/**
 * @param {string} name
 * @param {string} look
 * @param {() => void} [act] without it, the button submits its form
 */
export function button(name, look, act) {
  const element = make("button", look, name);
  element.type = act ? "button" : "submit";
  if (act) {
    element.addEventListener("click", act);
  }
  return element;
}

/**
 * A field for the name of a view.
 * @param {string} value
 */
export function nameField(value) {
  const label = make("label", "field");
  const input = make("input");
  input.type = "text";
  input.value = value;
  input.maxLength = MAX_NAME;
  input.required = true;
  input.autocomplete = "off";
  label.append(make("span", "", word("viewName")), input);
  return { label, input };
}

/**
 * A form that does one thing at a time, and says why it was refused.
 * @param {HTMLElement[]} content
 * @param {() => Promise<void>} act
 * @param {(error: unknown) => void} [refused]
 */
export function form(content, act, refused) {
  const element = make("form", "view-form");
  const fault = make("p", "bad");
  fault.setAttribute("role", "alert");
  element.append(...content, fault);
  let isBusy = false;
  element.addEventListener("input", () => {
    fault.textContent = "";
  });
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) {
      return;
    }
    isBusy = true;
    fault.textContent = "";
    try {
      await act();
    } catch (error) {
      fault.textContent = reasonOf(error);
      refused?.(error);
    } finally {
      isBusy = false;
    }
  });
  return element;
}
