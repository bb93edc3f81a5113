// @ts-check
// The days of a month in weeks, and how keys move between days. Uses no DOM, so that tests can run it in
// Node. Days are numbers, as in local-time.js.
import { addMonths, DAY_MS } from "./local-time.js";

const MONDAY = 1;

/**
 * The day that weeks begin with, 1 (Monday) to 7, by the reader's language; Monday if it is unknown.
 * @param {string} language
 */
export function firstWeekday(language) {
  try {
    const locale = /** @type {any} */ (new Intl.Locale(language));
    return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? MONDAY;
  } catch {
    return MONDAY;
  }
}

/**
 * 1 (Monday) to 7. 1970-01-01 was a Thursday.
 * @param {number} day
 */
export const weekdayOf = (day) => ((((day + 3) % 7) + 7) % 7) + 1;

/** @param {number} day */
export function firstOfMonth(day) {
  return day - new Date(day * DAY_MS).getUTCDate() + 1;
}

/**
 * Days since the start of the week.
 * @param {number} day
 * @param {number} first
 */
const inWeek = (day, first) => (weekdayOf(day) - first + 7) % 7;

/**
 * The weeks of a month: seven days each, null for those of other months.
 * @param {number} month any day of it
 * @param {number} first the weekday that weeks begin with
 */
export function weeksOf(month, first) {
  const start = firstOfMonth(month);
  const end = addMonths(start, 1);
  const weeks = [];
  for (let monday = start - inWeek(start, first); monday < end; monday += 7) {
    const days = Array.from({ length: 7 }, (_, index) => monday + index);
    weeks.push(days.map((day) => (day >= start && day < end ? day : null)));
  }
  return weeks;
}

/**
 * The day that a key moves to; null if the key does not move.
 * @param {number} day
 * @param {{ key: string, shiftKey: boolean }} event
 * @param {number} first the weekday that weeks begin with
 */
export function movedDay(day, { key, shiftKey }, first) {
  const months = shiftKey ? 12 : 1;
  switch (key) {
    case "ArrowLeft":
      return day - 1;
    case "ArrowRight":
      return day + 1;
    case "ArrowUp":
      return day - 7;
    case "ArrowDown":
      return day + 7;
    case "Home":
      return day - inWeek(day, first);
    case "End":
      return day - inWeek(day, first) + 6;
    case "PageUp":
      return addMonths(day, -months);
    case "PageDown":
      return addMonths(day, months);
  }
  return null;
}
