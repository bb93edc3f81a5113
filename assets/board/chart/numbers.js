// @ts-check
// Numbers as the server writes them (dashapp/domain/units.py): grouped in every language, with their unit,
// changes with one decimal. A browser test compares both.
/** @import { NumberFormat, Value } from "../../types" */
import { word } from "../page/island.js";
import { isLong, longDuration } from "./durations.js";

const NO_VALUE = "–";
const MINUS = "−";
const NO_CHANGE = 0.0005; // smaller changes would be written as 0.0%
const WHOLE_PERCENT = 10; // changes from this share on have no decimals
const FEW = 100; // amounts below have decimals
const DIGITS = 3; // of numbers that are not whole
const SIZES = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
function format(value, options) {
  const { lang } = document.documentElement;
  return new Intl.NumberFormat(lang, {
    useGrouping: "always",
    roundingMode: "halfEven",
    ...options,
  }).format(value);
}

/** @param {number} count */
const places = (count) => ({ minimumFractionDigits: count, maximumFractionDigits: count });

/** @param {number} size */
const threeDigits = (size) =>
  size >= FEW || Number.isInteger(size) ? places(0) : { maximumSignificantDigits: DIGITS };

/**
 * @param {number} size
 * @param {number} count of decimals
 */
function share(size, count) {
  const smallest = 10 ** -(count + 2);
  const style = { style: /** @type {const} */ ("percent"), ...places(count) };
  if (size > 0 && size < smallest / 2) {
    return `<${format(smallest, style)}`;
  }
  return format(size < 1 ? Math.min(size, 1 - smallest) : size, style);
}

/**
 * @param {number} size
 * @param {number | null} decimals
 */
function bytes(size, decimals) {
  let rest = size;
  let power = 0;
  while (rest >= 999.5 && power < SIZES.length - 1) {
    rest /= 1000;
    power += 1;
  }
  const options =
    power === 0 ? places(0) : decimals === null ? threeDigits(rest) : places(decimals);
  return `${format(rest, options)} ${SIZES[power]}`;
}

/**
 * @param {number} size
 * @param {NumberFormat} unit
 */
function amount(size, { currency, minor, decimals }) {
  const isSmall = size > 0 && Number(size.toFixed(minor)) < FEW;
  return format(size, {
    style: "currency",
    currency: currency ?? undefined,
    ...places(decimals ?? (isSmall ? minor : 0)),
  });
}

/**
 * @param {number} size
 * @param {NumberFormat} unit
 */
function plain(size, { decimals, suffix }) {
  return format(size, decimals === null ? threeDigits(size) : places(decimals)) + suffix;
}

/**
 * @param {number} size
 * @param {NumberFormat} unit
 */
function withUnit(size, unit) {
  switch (unit.kind) {
    case "currency":
      return amount(size, unit);
    case "share":
      return share(size, unit.decimals ?? 1);
    case "percent":
      return share(size / 100, unit.decimals ?? 1);
    case "bytes":
      return bytes(size, unit.decimals);
    case "duration":
      return isLong(size, unit) ? longDuration(size, unit, format) : plain(size, unit);
    default:
      return plain(size, unit);
  }
}

/**
 * @param {Value} value
 * @param {NumberFormat} [unit]
 */
export function number(value, unit) {
  if (value === null || value === undefined) {
    return NO_VALUE;
  }
  const size = Math.abs(value);
  return (value < 0 ? MINUS : "") + (unit ? withUnit(size, unit) : format(size));
}

/**
 * A part of a whole, for the card.
 * @param {number} part
 */
export const part = (part) => share(Math.abs(part), 0);

/**
 * A part of a whole, for lists.
 * @param {number} part
 */
export const shareOf = (part) => share(part, 1);

/**
 * @param {number} difference
 * @param {"share" | "percent"} kind
 */
function points(difference, kind) {
  const tenths = Math.round(difference * (kind === "share" ? 1000 : 10));
  if (!tenths) {
    return word("noChange");
  }
  return (tenths > 0 ? "+" : MINUS) + word("points", format(Math.abs(tenths) / 10, places(1)));
}

/**
 * @param {Value} now
 * @param {Value} before
 * @param {NumberFormat} [unit]
 */
export function change(now, before, unit) {
  if (now === null || before === null) {
    return "";
  }
  if (unit?.kind === "share" || unit?.kind === "percent") {
    return points(now - before, unit.kind);
  }
  const size = Math.abs(now - before) / before;
  if (now === before || (before > 0 && size < NO_CHANGE)) {
    return word("noChange");
  }
  const sign = now > before ? "+" : MINUS;
  if (before <= 0 || now < 0) {
    return sign + number(Math.abs(now - before), unit);
  }
  return sign + format(size, { style: "percent", ...places(size >= WHOLE_PERCENT ? 0 : 1) });
}

/**
 * The size of a change, to sort by: what `change` shows, or infinite without a number to divide by.
 * @param {Value} now
 * @param {Value} before
 * @param {NumberFormat} [unit]
 */
export function relativeChange(now, before, unit) {
  if (now === null || before === null) {
    return null;
  }
  if (unit?.kind === "share" || unit?.kind === "percent" || now === before) {
    return now - before;
  }
  return before > 0 ? (now - before) / before : Math.sign(now - before) * Infinity;
}
