// @ts-check
// Reads dates as people type them. Uses no DOM, so that tests can run it in Node.
import { addMonths, DAY_MS } from "./local-time.js";

/**
 * What was typed: a day, and minutes on its clock if a time was typed.
 * @typedef {{ day: number, minutes: number | null }} Typed
 */

const CLOCK = /(?:^|[\s,t])(\d{1,2})(?::|h)([0-5]\d)(?::[0-5]\d)?\s*([ap])?\.?m?\.?(?=$|[\s,z])/;
const HOUR = /(?:^|[\s,])(\d{1,2})\s*([ap])\.?m\.?(?=$|[\s,])/;
const ISO = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const NUMBERS = /^(\d{1,2})([./-])(\d{1,2})\.?(?:\2?(\d{4}|\d{2}))?$/;
const OLDEST = 1900;
const NEWEST = 2199;

/** @param {string} text */
const plain = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[\u2000-\u200f\u202f\u00a0]/g, " ")
    .toLowerCase();

/**
 * Read a date. Without a year, it is the last such day up to today.
 * @param {string} text
 * @param {number} today
 * @param {string} language a tag
 * @returns {Typed | null} null if it cannot be read
 */
export function readDate(text, today, language) {
  let rest = plain(text).trim();
  const time = timeIn(rest);
  if (time === undefined) {
    return null;
  }
  if (time) {
    rest = rest.replace(time.text, " ");
  }
  const day = dayIn(rest.replace(/[\s,]+/g, " ").trim(), today, language);
  return day === null ? null : { day, minutes: time ? time.minutes : null };
}

/**
 * Read a time of day as minutes.
 * @param {string} text
 */
export function readTime(text) {
  const rest = plain(text).trim();
  const time = timeIn(rest);
  if (time) {
    return time.text.trim() === rest ? time.minutes : null;
  }
  const hour = /^\d{1,2}$/.test(rest) ? Number(rest) : Number.NaN;
  return hour <= 24 ? hour * 60 : null;
}

/**
 * @param {string} text
 * @returns {{ text: string, minutes: number } | null | undefined} undefined for an impossible time
 */
function timeIn(text) {
  const clock = CLOCK.exec(text);
  const [found, hours, half, minutes] = clock
    ? [clock[0], clock[1], clock[3], clock[2]]
    : picked(HOUR.exec(text));
  if (!found) {
    return null;
  }
  let hour = Number(hours);
  if (half && (hour < 1 || hour > 12)) {
    return undefined;
  }
  hour = half ? (hour % 12) + (half === "p" ? 12 : 0) : hour;
  const total = hour * 60 + Number(minutes);
  return total <= 1440 ? { text: found, minutes: total } : undefined;
}

/** @param {RegExpExecArray | null} match */
const picked = (match) => (match ? [match[0], match[1], match[2], "0"] : []);

/**
 * @param {string} text
 * @param {number} today
 * @param {string} language
 */
function dayIn(text, today, language) {
  const distance = relativeDay(text, language);
  if (distance !== undefined) {
    return today + distance;
  }
  const iso = ISO.exec(text);
  if (iso) {
    return dayNumber(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  }
  const numbers = NUMBERS.exec(text.replace(/ /g, ""));
  if (numbers) {
    const [first, second] = [Number(numbers[1]), Number(numbers[3])];
    const isMonthFirst = numbers[2] === "/" && startsWithMonth(language);
    const [day, month] = isMonthFirst ? [second, first] : [first, second];
    return inYear(numbers[4], month, day, today) ?? inYear(numbers[4], day, month, today);
  }
  return namedDay(text, today, language);
}

/**
 * @param {string} text
 * @param {string} language
 */
function relativeDay(text, language) {
  for (const distance of [0, -1]) {
    const names = [language, "en"].map((tag) =>
      plain(new Intl.RelativeTimeFormat(tag, { numeric: "auto" }).format(distance, "day")),
    );
    if (names.includes(text)) {
      return distance;
    }
  }
  return undefined;
}

/** @param {string} language */
function startsWithMonth(language) {
  const parts = new Intl.DateTimeFormat(language, { day: "numeric", month: "numeric" });
  return parts.formatToParts(0).find(({ type }) => type !== "literal")?.type === "month";
}

/**
 * A day with the name of its month, such as `1 june 2025`, `June 1st`, or `1 de junio`.
 * @param {string} text
 * @param {number} today
 * @param {string} language
 */
function namedDay(text, today, language) {
  const words = text.split(/[\s.]+/).filter((word) => word && !/^(de|del|of|the)$/.test(word));
  const names = words.filter((word) => /^\p{L}{3,}$/u.test(word));
  const numbers = words
    .map((word) => word.replace(/^(\d{1,2})(st|nd|rd|th|º|o)$/, "$1"))
    .filter((word) => /^\d{1,4}$/.test(word));
  const months = names.map((name) => monthNamed(name, language));
  const month = months.find((each) => each);
  const isWhole = words.length === names.length + numbers.length && names.length === 1;
  if (!isWhole || !month || !numbers.length || numbers.length > 2) {
    return null;
  }
  const year = numbers.find((number) => number.length === 4) ?? numbers[1];
  const day = numbers.find((number) => number !== year);
  return day ? inYear(year, month, Number(day), today) : null;
}

/**
 * @param {string} name the start of a month's name, in the language or in English
 * @param {string} language
 */
function monthNamed(name, language) {
  for (const tag of [language, "en"]) {
    const format = new Intl.DateTimeFormat(tag, { month: "long", timeZone: "UTC" });
    for (let month = 1; month <= 12; month += 1) {
      if (plain(format.format(Date.UTC(2000, month - 1, 15))).startsWith(name)) {
        return month;
      }
    }
  }
  return undefined;
}

/**
 * @param {string | undefined} year
 * @param {number} month
 * @param {number} day
 * @param {number} today
 */
function inYear(year, month, day, today) {
  if (year) {
    return dayNumber(year.length === 2 ? 2000 + Number(year) : Number(year), month, day);
  }
  const thisYear = new Date(today * DAY_MS).getUTCFullYear();
  for (const each of [thisYear, thisYear - 1, thisYear - 2, thisYear - 3, thisYear - 4]) {
    const number = dayNumber(each, month, day); // 29 February is not in every year
    if (number !== null && number <= today) {
      return number;
    }
  }
  return null;
}

/**
 * The number of a day; null if there is no such day.
 * @param {number} year
 * @param {number} month
 * @param {number} day
 */
export function dayNumber(year, month, day) {
  if (year < OLDEST || year > NEWEST || month < 1 || month > 12) {
    return null;
  }
  const first = Date.UTC(year, month - 1, 1) / DAY_MS;
  const number = first + day - 1;
  return day >= 1 && number < addMonths(first, 1) ? number : null;
}

/**
 * A day as text, in a form that can be read again.
 * @param {number} day
 * @param {string} language
 * @param {number} [today] leaves out the year of this day
 */
export function dayText(day, language, today) {
  const date = new Date(day * DAY_MS);
  const format = new Intl.DateTimeFormat(language, { month: "short", timeZone: "UTC" });
  const text = `${date.getUTCDate()} ${format.format(date).replace(".", "")}`;
  const year = date.getUTCFullYear();
  const isThisYear = today !== undefined && year === new Date(today * DAY_MS).getUTCFullYear();
  return isThisYear ? text : `${text} ${year}`;
}
