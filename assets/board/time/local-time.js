// @ts-check
// Local days and clock times of a zone, exact when clocks change. Uses no DOM, so that tests can run it in
// Node. A day is a number: the days since 1970-01-01. A wall time is what the clocks show, in milliseconds
// as if it were UTC. dashapp/domain/time/zones.py follows the same rules.
import { formatByZone } from "./zone-formats.js";

export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

const formatOf = formatByZone({
  calendar: "iso8601",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/**
 * The wall time of a zone at a moment.
 * @param {number} moment
 * @param {string} zone
 */
export function wallTime(moment, zone) {
  const parts = formatOf(zone)
    .formatToParts(moment)
    .map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * @param {number} wall
 * @param {string} zone
 */
function offsets(wall, zone) {
  // No offset is longer than a day, so one moment is before `wall`, and the other one is after it.
  return [wall - DAY_MS, wall + DAY_MS].map((moment) => wallTime(moment, zone) - moment);
}

/**
 * The moment of a wall time. Of a time that occurs twice, this is the first one. A time that the clocks skip
 * moves forward.
 * @param {number} wall
 * @param {string} zone
 */
export function momentOf(wall, zone) {
  const moments = offsets(wall, zone).map((offset) => wall - offset);
  const matching = moments.filter((moment) => wallTime(moment, zone) === wall);
  return matching.length ? Math.min(...matching) : moments[0];
}

/**
 * The first moment of a local day. If the clocks skip midnight, the day begins at the jump.
 * @param {number} day
 * @param {string} zone
 */
export function dayStart(day, zone) {
  const midnight = day * DAY_MS;
  const moment = momentOf(midnight, zone);
  return wallTime(moment, zone) === midnight ? moment : jumpOver(midnight, zone);
}

/**
 * @param {number} wall
 * @param {string} zone
 */
function jumpOver(wall, zone) {
  const [earlier, later] = offsets(wall, zone);
  let before = wall - later;
  let after = wall - earlier;
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000;
    if (wallTime(middle, zone) - middle === earlier) {
      before = middle;
    } else {
      after = middle;
    }
  }
  return after;
}

/**
 * The local day that contains a moment.
 * @param {number} moment
 * @param {string} zone
 */
export function dayOf(moment, zone) {
  let day = Math.floor(wallTime(moment, zone) / DAY_MS);
  while (moment < dayStart(day, zone)) {
    day -= 1;
  }
  while (moment >= dayStart(day + 1, zone)) {
    day += 1;
  }
  return day;
}

/**
 * @param {number} moment
 * @param {string} zone
 */
export const isDayStart = (moment, zone) => moment === dayStart(dayOf(moment, zone), zone);

/**
 * The moment of a day and minutes on its clock; 0 is the start of the day, and 1440 that of the next one.
 * @param {number} day
 * @param {number} minutes
 * @param {string} zone
 */
export function momentAt(day, minutes, zone) {
  return minutes % 1440 === 0
    ? dayStart(day + minutes / 1440, zone)
    : momentOf(day * DAY_MS + minutes * MINUTE_MS, zone);
}

/**
 * Minutes on the clock of a moment.
 * @param {number} moment
 * @param {string} zone
 */
export const minutesAt = (moment, zone) =>
  isDayStart(moment, zone) ? 0 : Math.floor((wallTime(moment, zone) % DAY_MS) / MINUTE_MS);

/**
 * A moment as the server writes it.
 * @param {number} moment
 */
export const toText = (moment) => new Date(moment).toISOString().replace(".000Z", "Z");

/**
 * The same day of the month, some months later; a day that the month lacks becomes its last day.
 * @param {number} day
 * @param {number} months
 */
export function addMonths(day, months) {
  const date = new Date(day * DAY_MS);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const last = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0);
  return Math.min(first / DAY_MS + date.getUTCDate() - 1, last / DAY_MS);
}

/**
 * A distance in elapsed hours, local days, or months; one of them is set.
 * @typedef {{ hours: number, days: number, months: number }} Shift
 */

/**
 * The moment this far before another one. The same as `Shift.move_back` in dashapp/domain/time/shifts.py.
 * @param {number} moment
 * @param {Shift} shift
 * @param {string} zone
 */
export function movedBack(moment, { hours, days, months }, zone) {
  if (!days && !months) {
    return moment - hours * 60 * MINUTE_MS;
  }
  /** @param {number} day */
  const moved = (day) => (months ? addMonths(day, -months) : day - days);
  if (isDayStart(moment, zone)) {
    return dayStart(moved(dayOf(moment, zone)), zone);
  }
  const wall = wallTime(moment, zone);
  const day = Math.floor(wall / DAY_MS);
  return momentOf(moved(day) * DAY_MS + (wall - day * DAY_MS) + (moment % 1000), zone);
}

/**
 * How many calendar months a range touches.
 * @param {number} from
 * @param {number} to
 * @param {string} zone
 */
export function monthsBetween(from, to, zone) {
  const [first, last] = [from, to - 1].map((moment) => new Date(wallTime(moment, zone)));
  const years = last.getUTCFullYear() - first.getUTCFullYear();
  return 12 * years + last.getUTCMonth() - first.getUTCMonth() + 1;
}
