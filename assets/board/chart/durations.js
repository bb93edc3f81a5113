// @ts-check
// Long durations as the server writes them (dashapp/domain/durations.py): `12 min 30 s`, `22 h 13 min`.
/** @import { NumberFormat } from "../../types" */

const KEPT = { ms: 10_000, s: 120, min: 10_000 }; // up to here, a number keeps its unit
const MINUTE = 60;
const HOUR = 3600;
const FEW_SECONDS = 120; // below this, with decimals
const MANY_HOURS = 100; // from here on, without minutes

/**
 * @param {number} size
 * @param {NumberFormat} format
 */
export const isLong = (size, { unit }) => unit !== undefined && size > KEPT[unit];

/**
 * @param {number} size
 * @param {NumberFormat} format
 * @param {(value: number, options?: Intl.NumberFormatOptions) => string} write
 */
export function longDuration(size, { unit = "s" }, write) {
  const seconds = unit === "ms" ? size / 1000 : unit === "min" ? size * MINUTE : size;
  if (seconds < FEW_SECONDS && seconds % MINUTE) {
    return `${write(seconds, { maximumFractionDigits: 1 })} s`;
  }
  return partsOf(seconds)
    .filter(([value]) => value)
    .map(([value, symbol]) => `${write(value)} ${symbol}`)
    .join(" ");
}

/**
 * @param {number} seconds
 * @returns {[number, string][]}
 */
function partsOf(seconds) {
  const [whole, minutes] = [Math.round(seconds), Math.round(seconds / MINUTE)];
  if (whole < HOUR) {
    return [
      [Math.floor(whole / MINUTE), "min"],
      [whole % MINUTE, "s"],
    ];
  }
  if (minutes < MANY_HOURS * MINUTE) {
    return [
      [Math.floor(minutes / MINUTE), "h"],
      [minutes % MINUTE, "min"],
    ];
  }
  return [[Math.round(seconds / HOUR), "h"]];
}
