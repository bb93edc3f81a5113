// @ts-check
// A button with an icon, whose name is its title.
import { make } from "./page.js";

/**
 * @param {string} icon
 * @param {string} name
 * @param {() => void} [act] without it, the caller listens to the button
 * @param {string} [look] more CSS classes
 */
export function iconButton(icon, name, act, look = "") {
  const button = make("button", `btn quiet icon ${look}`.trim());
  button.type = "button";
  button.title = name;
  button.setAttribute("aria-label", name);
  button.append(make("i", `ic ic-${icon}`));
  if (act) {
    button.addEventListener("click", act);
  }
  return button;
}
