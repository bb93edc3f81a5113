// @ts-check
// "Only where": rows of a field, a comparison, and values.
/** @import { SentProperty } from "./types" */
import { iconButton } from "../board/page/icon-button.js";
import { all, get, getInput, make } from "../board/page/page.js";
import { text } from "./texts.js";

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
    /**
     * The table `where` of a definition. Raises Error with a reason for a row that is not filled in.
     * @param {boolean} isComplete whether rows must be filled in; otherwise, they are left out
     */
    where(isComplete) {
      /** @type {Record<string, any>} */
      const table = {};
      for (const one of rows()) {
        const [field, how] = /** @type {HTMLSelectElement[]} */ (all("select", one));
        const typed = getInput("input", one).value.trim();
        const number = Number(typed.replace(",", "."));
        const isNumber = typed !== "" && Number.isFinite(number);
        if (how.value === "is" ? !typed : !isNumber) {
          if (isComplete) {
            getInput("input", one).focus();
            throw new Error(text(how.value === "is" ? "needValue" : "needNumber"));
          }
          continue;
        }
        const before = table[field.value];
        if (how.value === "is") {
          const values = typed.split(",").map((part) => part.trim());
          const others = Array.isArray(before) ? before : [];
          table[field.value] = [...new Set([...others, ...values.filter(Boolean)])];
        } else {
          const bound = how.value === "atLeast" ? { min: number } : { max: number };
          table[field.value] = { ...(Array.isArray(before) ? {} : before), ...bound };
        }
      }
      return table;
    },
  };
}
