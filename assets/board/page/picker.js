// @ts-check
// A list with a search field: the arrow keys move in the list while the focus stays in the field (the ARIA
// pattern of a combobox with a listbox). The caller decides where it is and what is in the list.
import { all, find, make } from "./page.js";

/**
 * @typedef {object} Choice
 * @property {string} value
 * @property {string} label
 * @property {string | (() => string)} [note] a quiet text at the end of the row; a function is called when
 *   the row is seen
 * @property {string} [group] the heading above this and the following choices of the same group
 * @property {boolean} [isChosen]
 * @property {string} [unavailable] why it cannot be chosen
 */

/**
 * @typedef {object} Options
 * @property {string} id of the search field; its list has this id and `-list`
 * @property {string} name of the field and the list, for screen readers
 * @property {string} [hint] shown in the empty field
 * @property {string | ((query: string) => string)} nothing shown if no choice matches
 * @property {(query: string) => Choice[] | Promise<Choice[]>} find returns the choices for what was typed
 * @property {(choice: Choice) => void} choose
 */

/**
 * @typedef {object} Picker
 * @property {HTMLElement} element
 * @property {HTMLInputElement} input
 * @property {() => void} open empties the field, shows all choices, and moves the focus to the field
 * @property {() => void} update finds the choices again; the active one stays active
 */

/**
 * Make a picker. Escape and clicks elsewhere are left to what it is in, such as a popup.
 * @param {Options} options
 * @returns {Picker}
 */
export function picker(options) {
  const input = field(options);
  const list = make("div", "picker-list");
  list.id = `${options.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", options.name);
  const status = make("p", "picker-none");
  status.setAttribute("role", "status");
  const element = make("div", "picker");
  element.append(input, list, status);

  /** @type {Choice[]} */
  let choices = [];
  let asked = 0; // only the answer to the last question is shown

  const rows = () => all("[role=option]", list);
  const seen = new IntersectionObserver(noteSeen, { root: list });

  /** @param {IntersectionObserverEntry[]} entries */
  function noteSeen(entries) {
    for (const { isIntersecting, target } of entries) {
      const note = choices[rows().indexOf(/** @type {HTMLElement} */ (target))]?.note;
      if (isIntersecting && typeof note === "function") {
        seen.unobserve(target);
        target.append(make("span", "picker-note", note()));
      }
    }
  }

  /** @param {HTMLElement | undefined} row */
  function activate(row) {
    find("[data-active]", list)?.removeAttribute("data-active");
    if (row) {
      row.dataset.active = "true";
      row.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", row.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  /** @param {HTMLElement | null} row */
  function choose(row) {
    const choice = row ? choices[rows().indexOf(row)] : undefined;
    if (choice && !choice.unavailable) {
      options.choose(choice);
    }
  }

  /**
   * @param {Choice[]} found
   * @param {string} [kept] the value of the choice that stays active, if it is still there
   */
  function show(found, kept) {
    choices = found;
    seen.disconnect();
    list.replaceChildren(...groups(found, options.id));
    list.hidden = !found.length;
    for (const [index, row] of rows().entries()) {
      if (typeof found[index].note === "function") {
        seen.observe(row);
      }
    }
    const { nothing } = options;
    const message = typeof nothing === "string" ? nothing : nothing(input.value.trim());
    status.textContent = found.length ? "" : message;
    const chosen = input.value ? null : find("[aria-selected=true]", list);
    const active = rows()[found.findIndex(({ value }) => value === kept)];
    activate(active ?? chosen ?? rows()[0]);
  }

  /** @param {string} [kept] */
  async function search(kept) {
    asked += 1;
    const question = asked;
    const found = options.find(input.value.trim());
    if (!(found instanceof Promise)) {
      show(found, kept);
      return;
    }
    list.setAttribute("aria-busy", "true");
    const answer = await found;
    if (question === asked) {
      list.setAttribute("aria-busy", "false");
      show(answer, kept);
    }
  }

  input.addEventListener("input", () => search());
  input.addEventListener("keydown", (event) => {
    const active = /** @type {HTMLElement | null} */ (find("[data-active]", list));
    const target = moved(event.key, rows(), active);
    if (target) {
      activate(target);
    } else if (event.key === "Enter") {
      choose(active);
    } else {
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", ({ target }) => {
    choose(target instanceof Element ? target.closest("[role=option]") : null);
  });

  return {
    element,
    input,
    open() {
      input.value = "";
      search();
      input.focus();
    },
    update() {
      const active = /** @type {HTMLElement | null} */ (find("[data-active]", list));
      search(active ? choices[rows().indexOf(active)]?.value : undefined);
    },
  };
}

/** @param {Options} options */
function field({ id, name, hint }) {
  const input = make("input", "picker-field");
  input.type = "text";
  input.id = id;
  input.placeholder = hint ?? "";
  input.spellcheck = false;
  /** @type {Record<string, string>} */
  const attributes = {
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-label": name,
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    "aria-controls": `${id}-list`,
  };
  for (const [attribute, value] of Object.entries(attributes)) {
    input.setAttribute(attribute, value);
  }
  return input;
}

/**
 * The row that a key moves to; undefined if the key does not move.
 * @param {string} key
 * @param {HTMLElement[]} rows
 * @param {HTMLElement | null} active
 * @returns {HTMLElement | undefined}
 */
function moved(key, rows, active) {
  const index = active ? rows.indexOf(active) : -1;
  const last = rows.length - 1;
  /** @type {Record<string, number>} */
  const targets = {
    ArrowDown: index < last ? index + 1 : 0,
    ArrowUp: index > 0 ? index - 1 : last,
    PageDown: Math.min(index + 8, last),
    PageUp: Math.max(index - 8, 0),
  };
  return Object.hasOwn(targets, key) ? rows[targets[key]] : undefined;
}

/**
 * @param {Choice[]} choices
 * @param {string} id
 */
function groups(choices, id) {
  /** @type {HTMLElement[]} */
  const elements = [];
  let parent = null;
  let name = "";
  for (const [index, choice] of choices.entries()) {
    if (choice.group && choice.group !== name) {
      parent = make("div", "picker-group");
      parent.setAttribute("role", "group");
      parent.setAttribute("aria-label", choice.group);
      const heading = make("p", "menu-h", choice.group);
      heading.setAttribute("aria-hidden", "true"); // the group has this name
      parent.append(heading);
      elements.push(parent);
    }
    name = choice.group ?? "";
    const option = row(choice, `${id}-${index}`);
    if (choice.group && parent) {
      parent.append(option);
    } else {
      elements.push(option);
    }
  }
  return elements;
}

/**
 * @param {Choice} choice
 * @param {string} id
 */
function row({ label, note, isChosen, unavailable }, id) {
  const option = make("div", "picker-row");
  option.id = id;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", String(Boolean(isChosen)));
  option.append(make("span", "picker-name", label));
  const quiet = unavailable ?? note;
  if (quiet && typeof quiet === "string") {
    option.append(make("span", "picker-note", quiet));
  }
  if (unavailable) {
    option.setAttribute("aria-disabled", "true");
  }
  return option;
}
