// @ts-check
// The parameters of a board's URL. Uses no DOM, so that tests can run it in Node.
/** @import { Opening } from "../../types" */

const VIEW = ["time_range", "as_of", "from", "to", "tz", "compare", "metric"];

/** Parameters that links to other dashboards keep; the same as `CARRIED` in web/pages/chrome.py. */
export const CARRIED = ["time_range", "from", "to", "as_of", "compare", "tz", "refresh"];

/**
 * The view that a URL requests, as one text: the first value of each parameter, and all filters. Empty
 * values are ignored. The same as `View.name` in domain/access/view.py.
 * @param {string} search
 */
export function viewName(search) {
  const parameters = new URLSearchParams(search);
  /** @param {string} name */
  const values = (name) => parameters.getAll(name).filter(Boolean);
  return [...VIEW.map((name) => values(name)[0] ?? ""), ...values("filter")].join("|");
}

/**
 * Replace the parameters of the view by those of another one; others, such as the refresh rate, stay.
 * @param {URLSearchParams} parameters
 * @param {string} search
 */
export function setView(parameters, search) {
  const view = new URLSearchParams(search);
  for (const name of [...VIEW, "filter"]) {
    parameters.delete(name);
    for (const value of view.getAll(name)) {
      parameters.append(name, value);
    }
  }
}

/**
 * The preset of a URL's range: null for a custom range, undefined if the control should stay as it is.
 * @param {URLSearchParams} parameters
 * @param {Opening | null} opening
 * @returns {string | null | undefined}
 */
export function presetOf(parameters, opening) {
  if (parameters.get("from") || parameters.get("to")) {
    return null;
  }
  const preset = parameters.get("time_range");
  if (!opening) {
    return preset || undefined;
  }
  return preset && opening.presets.includes(preset) ? preset : opening.defaultPreset;
}

/**
 * Set the preset, and remove the parameters of custom ranges and past moments.
 * @param {URLSearchParams} parameters
 * @param {string} preset
 */
export function setPreset(parameters, preset) {
  parameters.set("time_range", preset);
  for (const name of ["from", "to", "as_of"]) {
    parameters.delete(name);
  }
}
