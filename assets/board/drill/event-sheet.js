// @ts-check
// The events behind a number: newest first, 50 at a time. A row opens to all fields of its event.
/** @import { Sheet } from "../page/sheet.js" */
/** @import { Column } from "./event-columns.js" */
/** @import { Part, Row } from "./part.js" */
import { number } from "../chart/numbers.js";
import { shown, word } from "../page/island.js";
import { language, make } from "../page/page.js";
import { toast } from "../page/toast.js";
import { dayOf, wallTime } from "../time/local-time.js";
import { today } from "../time/now.js";
import { dayText } from "../time/typed-dates.js";
import { columnsOf, flat, plain, withProperties } from "./event-columns.js";
import { ask, saveRows } from "./part.js";
import { fileButton, fillSheet, openPartSheet, stateOf, textButton } from "./sheets.js";

const PAGE = 50;

/**
 * @typedef {object} Listed
 * @property {Sheet} sheet
 * @property {Part} part
 * @property {Row[]} rows
 * @property {number} total
 * @property {string | null} after
 */

/** @typedef {(at: string) => string} Clock */

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
  const rows = answer.rows.map(withProperties);
  listed.rows.push(...rows);
  listed.total = answer.total ?? listed.rows.length;
  listed.after = answer.after ?? null;
  return rows;
}

/** @param {Listed} listed */
async function saveAll({ part, sheet }) {
  const { rows, total } = await saveRows(part, { shape: "events" });
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
    const columns = columnsOf(listed.part, listed.rows.slice(0, PAGE));
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

/** @param {Listed} listed */
function table(listed) {
  const columns = columnsOf(listed.part, listed.rows.slice(0, PAGE));
  const element = make("table", "event-rows");
  const head = make("tr");
  head.append(headCell(word("time")), ...columns.map(({ title }) => headCell(title)));
  columns.forEach(({ name, isExtra = false }, place) => {
    const values = listed.rows.map((row) => row[name] ?? null).filter((value) => value !== null);
    const { classList } = head.cells[place + 1];
    classList.toggle("n", values.length > 0 && values.every((value) => typeof value === "number"));
    classList.toggle("extra", isExtra);
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
 * @param {Column[]} columns
 * @param {Clock} clock how its time is written
 */
function rowOf(row, columns, clock) {
  const body = make("tbody");
  const line = make("tr");
  const time = make("td", "at");
  const button = make("button", "open-row", clock(String(row.occurred_at)));
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
 * @param {Column} column
 */
function cellOf(row, { name, format, names, isExtra = false }) {
  const value = row[name];
  if (value === null || value === undefined) {
    const cell = make("td", "none");
    cell.classList.toggle("extra", isExtra);
    cell.append(make("em", "", word("noValue")));
    return cell;
  }
  const isNumber = typeof value === "number";
  const text = isNumber ? number(value, format ?? undefined) : plain(value);
  const cell = make("td", isNumber ? "n" : "", names[text] ?? text);
  cell.classList.toggle("extra", isExtra);
  cell.title = cell.textContent ?? "";
  return cell;
}

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
  add(word("time"), whenOf(String(row.occurred_at), "seconds"));
  add(word("type"), row.type);
  add(word("user"), row.user);
  add(word("channel"), row.channel);
  add(word("project"), row.project);
  for (const [name, value] of flat(row.properties)) {
    add(name, value);
  }
  add("ID", row.id);
  return list;
}

// -- Times, in the board's zone ---------------------------------------------------------------------------

/**
 * Return how the times of a part's events are written: without the date if all are of one day.
 * @param {Part} part
 * @returns {Clock}
 */
function clockOf({ within }) {
  const { start, end, zone } = shown();
  const [first, last] = within ? [within.from, within.to] : [start, end];
  const isOneDay = dayOf(Date.parse(first), zone) === dayOf(Date.parse(last) - 1, zone);
  return isOneDay ? (at) => timeOf(at, "minutes") : (at) => whenOf(at, "minutes", today());
}

/**
 * @param {string} at
 * @param {"minutes" | "seconds"} precision
 */
function timeOf(at, precision) {
  const wall = new Date(wallTime(Date.parse(at), shown().zone)).toISOString();
  return wall.slice(11, precision === "minutes" ? 16 : 19);
}

/**
 * @param {string} at
 * @param {"minutes" | "seconds"} precision
 * @param {number} [thisDay] leaves out its year
 */
const whenOf = (at, precision, thisDay) =>
  `${dayText(dayOf(Date.parse(at), shown().zone), language(), thisDay)}, ${timeOf(at, precision)}`;
