// @ts-check
// What the parameters of a board's URL mean. Needs no page: tests run this in Node.
/** @import { Opening } from "../types" */

const VIEW = ["time_range", "as_of", "from", "to", "tz", "compare"];

/** What another dashboard shows too; the same as `CARRIED` in web/pages/chrome.py. */
export const CARRIED = ["time_range", "from", "to", "as_of", "compare", "tz", "refresh"];

/**
 * The view that a URL asks for, as one text: the first of each parameter, and all filters; blank ones
 * count for nothing. The same as `View.name` in domain/access/view.py.
 * @param {string} search
 */
export function viewName(search) {
  const parameters = new URLSearchParams(search);
  /** @param {string} name */
  const values = (name) => parameters.getAll(name).filter(Boolean);
  return [...VIEW.map((name) => values(name)[0] ?? ""), ...values("filter")].join("|");
}

/**
 * The preset of the range control that a URL asks for: null for any other range, undefined if the
 * control should stay as it is.
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
  if (preset && opening.offMenuPresets.includes(preset)) {
    return null;
  }
  return preset && opening.presets.includes(preset) ? preset : opening.defaultPreset;
}

/**
 * Choose a preset, in place of any other range and moment.
 * @param {URLSearchParams} parameters
 * @param {string} preset
 */
export function setPreset(parameters, preset) {
  parameters.set("time_range", preset);
  for (const name of ["from", "to", "as_of"]) {
    parameters.delete(name);
  }
}
