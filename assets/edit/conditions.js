// @ts-check
// "Only where": rows of a field, a comparison, and values.
/** @import { SentProperty } from "./types" */
import { iconButton } from "../board/page/icon-button.js";
import { all, get, getInput, make } from "../board/page/page.js";
import { text } from "./texts.js";
import { readNumber } from "./typed-numbers.js";

const MOST = 5;
let datalists = 0;

/**
 * @param {(HTMLElement | string)[]} options
 * @param {string} label
 */
export function select(options, label = "") {
  const field = make("select");
  field.append(...options);
  if (label) {
    field.setAttribute("aria-label", label);
  }
  return field;
}

/**
 * @param {string} value
 * @param {string} name
 */
export function option(value, name) {
  const made = make("option", "", name);
  made.value = value;
  return made;
}

/**
 * A row as it is filled in: values, or a bound. `fault` names the text that says what is wrong.
 * @typedef {{
 *   field: string, input: HTMLInputElement, isEmpty: boolean, fault: string | null,
 *   values: string[], bound: { min?: number, max?: number } | null,
 * }} Row
 */

/**
 * @param {HTMLElement} row
 * @returns {Row}
 */
function read(row) {
  const [field, how] = /** @type {HTMLSelectElement[]} */ (all("select", row));
  const input = getInput("input", row);
  const typed = input.value.trim();
  const same = { field: field.value, input };
  if (how.value === "is") {
    const values = typed.split(",").map((part) => part.trim());
    const given = values.filter(Boolean);
    const isEmpty = given.length === 0;
    return { ...same, isEmpty, fault: isEmpty ? "needValue" : null, values: given, bound: null };
  }
  const number = readNumber(typed);
  const fault = number === null ? "needNumber" : null;
  const bound = number === null ? null : { [how.value === "atLeast" ? "min" : "max"]: number };
  return { ...same, isEmpty: !typed, fault, values: [], bound };
}

/**
 * The table `where` of a definition.
 * @param {Row[]} rows
 */
function tableOf(rows) {
  /** @type {Record<string, any>} */
  const table = {};
  for (const { field, values, bound } of rows) {
    const before = table[field];
    const others = Array.isArray(before) ? before : [];
    table[field] = bound
      ? { ...(Array.isArray(before) ? {} : before), ...bound }
      : [...new Set([...others, ...values])];
  }
  return table;
}

/**
 * The rows, and the button that adds one.
 * @param {() => SentProperty[]} properties those that can be chosen now
 * @param {() => void} onChange
 */
export function conditions(properties, onChange) {
  const box = make("div", "conditions");
  const add = make("button", "btn sm", text("addCondition"));
  add.type = "button";
  add.addEventListener("click", () => {
    const made = row();
    add.before(made);
    add.hidden = rows().length >= MOST;
    get("select", made).focus();
  });
  box.append(add);
  box.addEventListener("input", onChange);

  const rows = () => all(".condition", box);

  function row() {
    const made = make("div", "condition");
    const fields = [
      ...properties().map(({ name }) => option(`properties.${name}`, name)),
      ...["channel", "user"].map((name) => option(name, text(name))),
    ];
    const field = select(fields, text("where"));
    const how = select([], text("is"));
    const value = make("input");
    value.placeholder = text("value");
    value.setAttribute("aria-label", text("value"));
    const examples = make("datalist");
    datalists += 1;
    examples.id = `examples-${datalists}`;
    value.setAttribute("list", examples.id);
    const cross = iconButton("x", text("removeCondition"), () => {
      made.remove();
      add.hidden = false;
      add.focus();
      onChange();
    });
    const fit = () => {
      const property = properties().find(({ name }) => `properties.${name}` === field.value);
      const words = property?.kinds.includes("number") ? ["is", "atLeast", "below"] : ["is"];
      how.replaceChildren(...words.map((word) => option(word, text(word))));
      examples.replaceChildren(...(property?.examples ?? []).map((one) => option(one, one)));
    };
    field.addEventListener("change", fit);
    fit();
    made.append(field, how, value, cross, examples);
    return made;
  }

  return {
    element: box,
    clear() {
      for (const one of rows()) {
        one.remove();
      }
      add.hidden = false;
    },
    /** The table `where` of a definition, without the rows that have a fault. */
    where: () =>
      tableOf(
        rows()
          .map(read)
          .filter(({ fault }) => !fault),
      ),
    /**
     * What is wrong, row by row.
     * @param {boolean} isComplete whether rows must be filled in; otherwise, empty ones are no fault
     */
    faults: (isComplete) =>
      rows()
        .map(read)
        .filter(({ fault, isEmpty }) => fault && (isComplete || !isEmpty))
        .map(({ input, fault }) => ({ input, reason: text(fault ?? "") })),
  };
}
