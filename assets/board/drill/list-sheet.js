// @ts-check
// A whole list, up to 500 rows in the sheet and 50 in a large panel: searched, sorted, and compared row by
// row. It is that of a panel, or a part of a panel broken down by another field.
/** @import { FieldOffer, NumberFormat } from "../../types" */
/** @import { Answer, Part } from "./part.js" */
import { change, number, shareOf } from "../chart/numbers.js";
import { word } from "../page/island.js";
import { closest, find, get, make, panelOf } from "../page/page.js";
import { replaceTable, sortHeading } from "../page/sorted-table.js";
import { parameters } from "../view/navigation.js";
import { openDrill } from "./drill-menu.js";
import { filterOf } from "./filter-texts.js";
import { ask, offerOf, saveRows } from "./part.js";
import { fileButton, fillSheet, openPartSheet, stateOf } from "./sheets.js";

const MOST = 500;
const MOST_LARGE = 50;

/** Where a list is shown. @typedef {{ title: HTMLElement, body: HTMLElement, foot: HTMLElement }} Frame */
/** @typedef {{ label: string, name: string, value: number, before: number | null, share: number | null }} Entry */
/** @typedef {"name" | "value" | "change" | "share"} Column */

/**
 * @typedef {object} List
 * @property {Frame} frame
 * @property {Part} part
 * @property {FieldOffer} field
 * @property {boolean} isOwn whether it is the panel's own list
 * @property {Entry[]} entries in the server's order
 * @property {number | null} rest the value of what is not listed
 * @property {NumberFormat} [format]
 * @property {Column | null} sorted null is the server's order
 * @property {boolean} isRising
 * @property {string} search
 */

/**
 * Show a part of a panel by another field.
 * @param {Part} part
 * @param {FieldOffer} field
 */
export const showBreakdown = (part, field) => show(part, field, false);

/**
 * Whether a panel is a list of which there may be more.
 * @param {HTMLElement} panel
 */
export const hasWholeList = (panel) =>
  panel.dataset.state !== "empty" && panel.matches(".has-list") && Boolean(offerOf(panel)?.by);

/** @param {HTMLElement} panel */
export function showWholeList(panel) {
  const by = offerOf(panel)?.by;
  if (by) {
    show(wholeOf(panel), by, true);
  }
}

/**
 * Everything that a panel counts.
 * @param {HTMLElement} panel
 * @returns {Part}
 */
function wholeOf(panel) {
  const name = get("h2", panel).textContent ?? "";
  const whole = { panel, name, color: "", when: "", text: "", count: null, filter: null };
  return { ...whole, isWhole: true };
}

/**
 * @param {Part} part
 * @param {FieldOffer} field
 * @param {boolean} isOwn
 */
function show(part, field, isOwn) {
  const sheet = openPartSheet(part, isOwn ? undefined : word("byField", field.title));
  const question = questionOf(field, isOwn, MOST);
  sheet.tools.append(fileButton(async () => void (await saveRows(part, question))));
  return fillSheet(sheet, async () => {
    fillList(listOf(await ask(part, question), { frame: sheet, part, field, isOwn }));
  });
}

/**
 * @param {FieldOffer} field
 * @param {boolean} isOwn
 * @param {number} top
 */
function questionOf(field, isOwn, top) {
  const compare = parameters().get("compare") || "previous";
  return { shape: "list", top, compare, ...(isOwn ? {} : { by: field.name }) };
}

/** @param {List} list */
function fillList(list) {
  list.frame.body.replaceChildren(searchField(list), make("div", "list-rows"));
  draw(list);
}

/**
 * Show the list of a large panel in it. Returns a function that asks for the rows again, and keeps the search
 * and the order; null if the panel has no list.
 * @param {HTMLElement} panel
 * @param {Frame} frame
 */
export function showLargeList(panel, frame) {
  const field = offerOf(panel)?.by;
  if (!field || !hasWholeList(panel)) {
    return null;
  }
  const part = wholeOf(panel);
  /** @type {List | null} */
  let list = null;
  async function load() {
    const question = questionOf(/** @type {FieldOffer} */ (field), true, MOST_LARGE);
    const answer = await ask(part, question);
    return listOf(answer, { frame, part, field: /** @type {FieldOffer} */ (field), isOwn: true });
  }
  fillSheet(frame, async () => {
    list = await load();
    fillList(list);
  });
  return async () => {
    if (list) {
      const { entries, rest } = await load();
      draw(Object.assign(list, { entries, rest }));
    }
  };
}

/**
 * @param {Answer} answer
 * @param {Pick<List, "frame" | "part" | "field" | "isOwn">} shown
 * @returns {List}
 */
function listOf({ rows }, shown) {
  const entries = rows
    .filter((row) => !row.is_other)
    .map((row) => ({
      label: String(row.label),
      name: shown.field.names[String(row.label)] ?? String(row.label),
      value: Number(row.value),
      before: /** @type {number | null} */ (row.previous ?? null),
      share: /** @type {number | null} */ (row.share),
    }));
  const rest = /** @type {number | null} */ (rows.find((row) => row.is_other)?.value ?? null);
  const format = offerOf(shown.part.panel)?.format;
  const isFalling = entries.every(({ value }, n) => !n || value <= entries[n - 1].value);
  const order = { sorted: isFalling ? "value" : null, isRising: false, search: "" };
  return /** @type {List} */ ({ ...shown, entries, rest, ...(format && { format }), ...order });
}

/** @param {List} list */
function searchField(list) {
  const field = make("input");
  field.type = "search";
  field.placeholder = word("search");
  field.setAttribute("aria-label", word("search"));
  field.addEventListener("input", () => {
    list.search = field.value;
    draw(list);
  });
  const line = make("div", "list-search");
  line.append(field);
  return line;
}

/** @param {string} text */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** @param {List} list */
function listed({ entries, search, sorted, isRising }) {
  const text = folded(search.trim());
  const found = entries.filter(({ name }) => folded(name).includes(text));
  if (!sorted) {
    return found;
  }
  const sign = isRising ? 1 : -1;
  return found.sort((a, b) =>
    sorted === "name"
      ? sign * a.name.localeCompare(b.name)
      : sign * (sizeOf(a, sorted) - sizeOf(b, sorted)) || a.name.localeCompare(b.name),
  );
}

/**
 * @param {Entry} entry
 * @param {Column} column
 */
function sizeOf({ value, before, share }, column) {
  if (column === "change") {
    return before === null ? -Infinity : before > 0 ? (value - before) / before : value;
  }
  return column === "share" ? (share ?? -Infinity) : value;
}

// -- The table --------------------------------------------------------------------------------------------

/** @param {List} list */
function draw(list) {
  const { frame, entries, search, rest, format } = list;
  const found = listed(list);
  replaceTable(
    get(".list-rows", frame.body),
    found.length ? table(list, found) : stateOf(search ? word("noMatch", search) : word("noRows")),
  );
  const count = found.length < entries.length ? `${number(found.length)} / ` : "";
  const foot = [make("span", "", word("rows", count + number(entries.length)))];
  if (rest !== null) {
    foot.push(make("span", "", word("restOf", number(rest, format))));
  }
  frame.foot.replaceChildren(...foot);
}

/**
 * @param {List} list
 * @param {Entry[]} found
 */
function table(list, found) {
  const hasShares = list.entries.some(({ share }) => share !== null);
  const isCompared = list.entries.some(({ before }) => before !== null);
  const largest = Math.max(...list.entries.map(({ value }) => Math.abs(value))) || 1;
  const element = make("table", "list-all");
  const head = make("tr");
  head.append(heading(list, "name", list.field.title), heading(list, "value", valueTitle(list)));
  if (isCompared) {
    head.append(plainHeading(word("before")), heading(list, "change", word("change")));
  }
  if (hasShares) {
    head.append(heading(list, "share", word("share")));
  }
  const [top, body] = [make("thead"), make("tbody")];
  top.append(head);
  for (const entry of found) {
    const row = make("tr");
    row.append(nameCell(list, entry, largest), make("td", "now", number(entry.value, list.format)));
    if (isCompared) {
      const { value, before } = entry;
      const text = before === null ? "" : change(value, before, list.format);
      row.append(make("td", "then", number(before, list.format)), make("td", "", text));
    }
    if (hasShares) {
      row.append(make("td", "then", entry.share === null ? "" : shareOf(entry.share)));
    }
    body.append(row);
  }
  element.append(make("caption", "sr", list.frame.title.textContent ?? ""), top, body);
  return element;
}

/**
 * What the values are, in the words of the panel's own list.
 * @param {List} list
 */
function valueTitle({ isOwn, part }) {
  const title = isOwn && find(".toplist thead th:nth-child(2)", part.panel)?.textContent;
  return title || word("value");
}

/** @param {string} text */
function plainHeading(text) {
  const cell = make("th", "then", text);
  cell.scope = "col";
  return cell;
}

/**
 * @param {List} list
 * @param {Column} column
 * @param {string} text
 */
function heading(list, column, text) {
  const isSorted = list.sorted === column;
  return sortHeading(text, isSorted ? list.isRising : null, () => {
    list.isRising = isSorted ? !list.isRising : column === "name";
    list.sorted = column;
    draw(list);
  });
}

/**
 * @param {List} list
 * @param {Entry} entry
 * @param {number} largest
 */
function nameCell(list, entry, largest) {
  const cell = make("th");
  cell.scope = "row";
  const bar = make("i", entry.value < 0 ? "toplist-bar below-zero" : "toplist-bar");
  bar.style.width = `${(100 * Math.abs(entry.value)) / largest}%`;
  cell.append(bar);
  if (!list.isOwn) {
    const text = make("span", "", entry.name);
    text.title = entry.name;
    cell.append(text);
    return cell;
  }
  const button = make("button", "row-do", entry.name);
  button.type = "button";
  button.title = entry.name;
  button.setAttribute("aria-haspopup", "menu");
  button.addEventListener("click", () => openDrill(partOf(list, entry), { at: button }));
  cell.append(button);
  return cell;
}

/**
 * @param {List} list
 * @param {Entry} entry
 * @returns {Part}
 */
function partOf({ part, field, format }, { label, name, value }) {
  const filter = offerOf(part.panel)?.hasFilter ? filterOf(field.name, label) : null;
  const text = number(value, format);
  return { ...part, isWhole: false, name, text, count: value, value: label, filter };
}

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-do=whole-list]");
  if (button) {
    showWholeList(panelOf(button));
  }
});
