// @ts-check
// Which columns the events behind a number have besides their time: those of the panel, and properties that
// tell the events apart.
/** @import { FieldOffer } from "../../types" */
/** @import { Part, Row } from "./part.js" */
import { word } from "../page/island.js";
import { offerOf } from "./part.js";

const PREFIX = "properties.";
const MOST = 3;
const MOST_EXTRA = 2;
const LONGEST = 24; // characters of a value that a narrow column can show

/** A column; `isExtra` if the panel does not name its property. @typedef {FieldOffer & { isExtra?: boolean }} Column */

/**
 * The columns of events.
 * @param {Part} part
 * @param {Row[]} rows the first ones, so that more rows do not change the columns
 * @returns {Column[]}
 */
export function columnsOf({ panel }, rows) {
  const offer = offerOf(panel);
  const user = { name: "user", title: word("user"), format: null, names: {} };
  const offered = [...(offer?.columns ?? []), user].filter(
    ({ name }, place, all) =>
      name !== "occurred_at" && all.findIndex((other) => other.name === name) === place,
  );
  const differ = offered.filter(
    ({ name }) => rows.length < 2 || rows.some((row) => row[name] !== rows[0][name]),
  );
  const room = Math.min(MOST_EXTRA, Math.max(0, MOST - differ.length));
  const taken = offered.map(({ name }) => name);
  const extra = telling(rows, taken)
    .slice(0, room)
    .map((name) => columnOf(name, offer?.breakdowns ?? []));
  const place = differ.indexOf(user) < 0 ? differ.length : differ.indexOf(user);
  const columns = [...differ.slice(0, place), ...extra, ...differ.slice(place)];
  return (columns.length ? columns : offered).slice(0, MOST);
}

/**
 * The properties that tell events apart, best first: most events have them, with short values that differ.
 * Texts that never repeat come last, because they are names of events rather than facts about them.
 * @param {Row[]} rows
 * @param {string[]} taken
 */
function telling(rows, taken) {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...names]
    .filter((name) => name.startsWith(PREFIX) && !taken.includes(name))
    .map((name) => {
      const values = rows.map((row) => row[name] ?? null).filter((value) => value !== null);
      const kinds = new Set(values).size;
      const isShort = values.every(
        (value) => typeof value !== "object" && plain(value).length <= LONGEST,
      );
      const isUseful = isShort && kinds > 1 && 2 * values.length >= rows.length;
      const isId = kinds === values.length && values.some((value) => typeof value === "string");
      return { name, isUseful, rank: isId ? 0 : kinds };
    })
    .filter(({ isUseful }) => isUseful)
    .sort((a, b) => b.rank - a.rank)
    .map(({ name }) => name);
}

/**
 * @param {string} name
 * @param {FieldOffer[]} known
 * @returns {Column}
 */
function columnOf(name, known) {
  const field = known.find((other) => other.name === name);
  const title = name.slice(name.lastIndexOf(".") + 1).replaceAll("_", " ");
  const unknown = { name, title: title[0].toUpperCase() + title.slice(1), format: null, names: {} };
  return { ...(field ?? unknown), isExtra: true };
}

/** @param {unknown} value */
export const plain = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/**
 * An event with its properties as fields, as the panel's columns name them.
 * @param {Row} row
 * @returns {Row}
 */
export const withProperties = (row) => ({
  ...Object.fromEntries(flat(row.properties, PREFIX)),
  ...row,
});

/**
 * The properties by their paths.
 * @param {unknown} properties
 * @param {string} [prefix]
 * @returns {[string, unknown][]}
 */
export function flat(properties, prefix = "") {
  return Object.entries(properties ?? {}).flatMap(([name, value]) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? flat(value, `${prefix}${name}.`)
      : [/** @type {[string, unknown]} */ ([prefix + name, value])],
  );
}
