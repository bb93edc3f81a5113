// @ts-check
// The controls of a presentation, which are seen while the pointer moves.
/** @import { Dashboard } from "./rotation.js" */
import { word } from "../board/page/island.js";
import { all, find, make } from "../board/page/page.js";
import { chooseDashboard, chooseTurn, TURNS, takesTurns, turn } from "./rotation.js";

/**
 * @typedef {object} Actions
 * @property {() => void} leave
 * @property {(direction: 1 | -1) => void} move
 * @property {() => void} pause
 * @property {() => void} change the choices have changed
 */

/**
 * @param {Dashboard[]} dashboards
 * @param {Actions} actions
 */
export function openStrip(dashboards, actions) {
  const element = make("aside", "strip"); // a landmark: it lies outside of the main part
  element.setAttribute("aria-label", word("presentation"));
  const pause = button(word("pause"), actions.pause);
  if (dashboards.length > 1) {
    element.append(
      iconButton("left", word("previousBoard"), () => actions.move(-1)),
      iconButton("right", word("nextBoard"), () => actions.move(1)),
      pause,
      turns(actions),
      choices(dashboards, actions),
    );
  }
  const leave = button(word("endPresentation"), actions.leave);
  leave.title = "Esc";
  element.append(leave);
  document.body.append(element);
  return {
    element,
    /** Close what is open, when the controls are no longer used. */
    rest() {
      for (const details of all("details[open]", element)) {
        details.removeAttribute("open");
      }
      if (element.contains(document.activeElement)) {
        /** @type {HTMLElement} */ (document.activeElement).blur();
      }
    },
    /** @param {boolean} isPaused */
    showPaused(isPaused) {
      pause.textContent = isPaused ? word("resume") : word("pause");
      pause.hidden = turn() === "off";
    },
  };
}

/**
 * @param {string} text
 * @param {() => void} press
 */
function button(text, press) {
  const element = make("button", "btn", text);
  element.type = "button";
  element.addEventListener("click", press);
  return element;
}

/**
 * @param {string} icon
 * @param {string} name
 * @param {() => void} press
 */
function iconButton(icon, name, press) {
  const element = button("", press);
  element.classList.add("icon");
  element.title = name;
  element.setAttribute("aria-label", name);
  element.append(make("i", `ic ic-${icon}`));
  return element;
}

/** @param {Actions} actions */
function turns({ change }) {
  const label = make("label", "strip-turn");
  const select = make("select");
  /** @type {Record<string, string>} */
  const names = {
    off: word("rotateOff"),
    "30s": word("rotate30s"),
    "1m": word("rotate1m"),
    "5m": word("rotate5m"),
  };
  for (const name of Object.keys(TURNS)) {
    const option = make("option", "", names[name]);
    option.value = name;
    option.selected = name === turn();
    select.append(option);
  }
  select.addEventListener("change", () => {
    chooseTurn(select.value);
    change();
  });
  label.append(make("span", "", word("rotate")), select);
  return label;
}

/**
 * The menu of the dashboards that take turns.
 * @param {Dashboard[]} dashboards
 * @param {Actions} actions
 */
function choices(dashboards, { change }) {
  const details = make("details", "menu-of pop");
  const summary = make("summary", "btn", find(".tabs")?.getAttribute("aria-label") ?? "");
  summary.append(make("i", "ic ic-up"));
  const menu = make("div", "menu right");
  for (const dashboard of dashboards) {
    const label = make("label", "menu-i plain");
    const box = make("input");
    box.type = "checkbox";
    box.checked = takesTurns(dashboard);
    box.addEventListener("change", () => {
      chooseDashboard(dashboard, box.checked);
      change();
    });
    label.append(box, make("span", "", dashboard.title));
    menu.append(label);
  }
  details.append(summary, menu);
  return details;
}
