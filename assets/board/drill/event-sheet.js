// @ts-check
// The events behind a number: newest first, 50 at a time. A row opens to all fields of its event.
/** @import { FieldOffer } from "../../types" */
/** @import { Sheet } from "../page/sheet.js" */
/** @import { Part, Row } from "./part.js" */
import { number } from "../chart/numbers.js";
import { shown, word } from "../page/island.js";
import { language, make } from "../page/page.js";
import { toast } from "../page/toast.js";
import { ask, offerOf, saveRows } from "./part.js";
import { fileButton, fillSheet, openPartSheet, stateOf, textButton } from "./sheets.js";

const PAGE = 50;
const MOST_COLUMNS = 3; // besides the time

/**
 * @typedef {object} Listed
 * @property {Sheet} sheet
 * @property {Part} part
 * @property {Row[]} rows
 * @property {number} total
 * @property {string | null} after
 */

/** @param {Part} part */
export function showEvents(part) {
  const sheet = openPartSheet(part, word("loading"));
  sheet.body.tabIndex = 0; // scrolls by keyboard
  /** @type {Listed} */
  const listed = { sheet, part, rows: [], total: 0, after: null };
  sheet.tools.append(fileButton(() => saveAll(listed)));
  return fillSheet(sheet, async () => {
    await load(listed);
    sheet.title.textContent = titleOf(listed.total);
    sheet.body.replaceChildren(
      ...(listed.rows.length ? [table(listed)] : [stateOf(word("noRows"))]),
    );
    showFoot(listed);
  });
}

/** @param {number} total */
const titleOf = (total) => (total === 1 ? word("event") : word("events", number(total)));

/** @param {Listed} listed */
async function load(listed) {
  const more = listed.after ? { after: listed.after } : {};
  const answer = await ask(listed.part, { shape: "events", top: PAGE, ...more });
  listed.rows.push(...answer.rows);
  listed.total = answer.total ?? listed.rows.length;
  listed.after = answer.after ?? null;
  return answer.rows;
}

/** @param {Listed} listed */
async function saveAll({ part, sheet }) {
  const name = `${part.panel.dataset.panel}-events.csv`;
  const { rows, total } = await saveRows(part, { shape: "events" }, name);
  if (rows < total) {
    toast(word("cut", number(rows)));
  }
  sheet.title.focus({ preventScroll: true });
}

/** @param {Listed} listed */
function showFoot(listed) {
  const { sheet, rows, total } = listed;
  const count = rows.length < total ? `${number(rows.length)} / ${number(total)}` : number(total);
  const zone = document.getElementById("zone")?.textContent ?? "";
  sheet.foot.replaceChildren(make("span", "", word("newest", count)), make("span", "", zone));
  sheet.body.querySelector(".more-rows")?.remove();
  if (listed.after) {
    const rest = Math.min(PAGE, total - rows.length);
    const button = textButton(word("more", number(rest)), () => showMore(listed, button));
    const line = make("p", "more-rows");
    line.append(button);
    sheet.body.append(line);
  }
}

/**
 * @param {Listed} listed
 * @param {HTMLButtonElement} button
 */
async function showMore(listed, button) {
  button.disabled = true;
  try {
    const rows = await load(listed);
    const columns = columnsOf(listed);
    const clock = clockOf(listed.part);
    const bodies = rows.map((row) => rowOf(row, columns, clock));
    listed.sheet.body.querySelector("table")?.append(...bodies);
    showFoot(listed);
    bodies[0]?.querySelector("button")?.focus();
  } catch (error) {
    button.disabled = false;
    toast(String(/** @type {Error} */ (error).message));
  }
}

// -- Rows -------------------------------------------------------------------------------------------------

/**
 * The columns besides the time: those that differ between the first events.
 * @param {Listed} listed
 */
function columnsOf({ rows, part }) {
  const first = rows.slice(0, PAGE);
  const user = { name: "user", title: word("user"), format: null, names: {} };
  const offered = [...(offerOf(part.panel)?.columns ?? []), user].filter(
    ({ name }, place, all) =>
      name !== "occurred_at" && all.findIndex((other) => other.name === name) === place,
  );
  const differ = offered.filter(
    ({ name }) => first.length < 2 || first.some((row) => row[name] !== first[0][name]),
  );
  return (differ.length ? differ : offered).slice(0, MOST_COLUMNS);
}

/** @param {Listed} listed */
function table(listed) {
  const columns = columnsOf(listed);
  const element = make("table", "event-rows");
  const head = make("tr");
  const titles = [word("time"), ...columns.map(({ title }) => title)];
  head.append(...titles.map((title) => headCell(title)));
  columns.forEach(({ name }, place) => {
    const isNumeric = listed.rows.every((row) => typeof row[name] === "number");
    head.cells[place + 1].classList.toggle("n", isNumeric);
  });
  const top = make("thead");
  top.append(head);
  element.append(make("caption", "sr", listed.sheet.title.textContent ?? ""), top);
  const clock = clockOf(listed.part);
  element.append(...listed.rows.map((row) => rowOf(row, columns, clock)));
  return element;
}

/** @param {string} title */
function headCell(title) {
  const cell = make("th", "", title);
  cell.scope = "col";
  return cell;
}

/**
 * @param {Row} row
 * @param {FieldOffer[]} columns
 * @param {Intl.DateTimeFormatOptions} clock how its time is written
 */
function rowOf(row, columns, clock) {
  const body = make("tbody");
  const line = make("tr");
  const time = make("td", "at");
  const button = make("button", "open-row", local(String(row.occurred_at), clock));
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.prepend(make("i", "ic ic-right"));
  time.append(button);
  line.append(time, ...columns.map((column) => cellOf(row, column)));
  line.addEventListener("click", () => toggle(body, button, row, columns.length + 1));
  body.append(line);
  return body;
}

/**
 * @param {Row} row
 * @param {FieldOffer} column
 */
function cellOf(row, { name, format, names }) {
  const value = row[name];
  if (value === null || value === undefined) {
    const cell = make("td", "none");
    cell.append(make("em", "", word("noValue")));
    return cell;
  }
  const isNumber = typeof value === "number";
  const text = isNumber ? number(value, format ?? undefined) : plain(value);
  const cell = make("td", isNumber ? "n" : "", names[text] ?? text);
  cell.title = cell.textContent ?? "";
  return cell;
}

/** @param {unknown} value */
const plain = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * @param {HTMLElement} body
 * @param {HTMLElement} button
 * @param {Row} row
 * @param {number} width
 */
function toggle(body, button, row, width) {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  if (isOpen) {
    body.lastElementChild?.remove();
    return;
  }
  const cell = make("td");
  cell.colSpan = width;
  cell.append(fieldsOf(row));
  const line = make("tr", "event-fields");
  line.append(cell);
  body.append(line);
}

/** @param {Row} row */
function fieldsOf(row) {
  const list = make("dl");
  /**
   * @param {string} name
   * @param {unknown} value
   */
  const add = (name, value) => {
    if (value === null || value === undefined || value === "") {
      return undefined;
    }
    const detail = make("dd", "", plain(value));
    list.append(make("dt", "", name), detail);
    return detail;
  };
  add(word("time"), moment(String(row.occurred_at)));
  add(word("type"), row.type);
  add(word("user"), row.user);
  add(word("channel"), row.channel);
  add(word("project"), row.project);
  for (const [name, value] of flat(/** @type {Record<string, unknown>} */ (row.properties ?? {}))) {
    add(name, value);
  }
  add("ID", row.id);
  return list;
}

/**
 * The properties by their paths.
 * @param {Record<string, unknown>} properties
 * @param {string} [prefix]
 * @returns {[string, unknown][]}
 */
function flat(properties, prefix = "") {
  return Object.entries(properties).flatMap(([name, value]) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? flat(/** @type {Record<string, unknown>} */ (value), `${prefix}${name}.`)
      : [/** @type {[string, unknown]} */ ([prefix + name, value])],
  );
}

// -- Times, in the board's zone ---------------------------------------------------------------------------

/**
 * @param {string} at
 * @param {Intl.DateTimeFormatOptions} options
 */
const local = (at, options) =>
  new Intl.DateTimeFormat(language(), {
    timeZone: shown().zone,
    hourCycle: "h23",
    ...options,
  }).format(Date.parse(at));

/**
 * Return how the times of a part's events are written: without the date if all are of one day.
 * @param {Part} part
 * @returns {Intl.DateTimeFormatOptions}
 */
function clockOf({ within }) {
  const { start, end } = shown();
  const [first, last] = within ? [within.from, within.to] : [start, end];
  /** @param {number} moment */
  const day = (moment) => local(new Date(moment).toISOString(), { dateStyle: "short" });
  const isOneDay = day(Date.parse(first)) === day(Date.parse(last) - 1);
  /** @type {Intl.DateTimeFormatOptions} */
  const clock = { hour: "2-digit", minute: "2-digit" };
  return isOneDay ? clock : { day: "numeric", month: "short", ...clock };
}

/** @param {string} at */
const moment = (at) => local(at, { dateStyle: "medium", timeStyle: "medium" });
