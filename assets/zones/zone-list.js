// @ts-check
// The time zones that viewers can search. Uses no DOM, so that tests can run it in Node.

import { formatByZone } from "../board/time/zone-formats.js";

/** Browsers list some zones only by an old name. */
const NEW_NAMES = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Louisville": "America/Kentucky/Louisville",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
};

/**
 * The present name of a zone.
 * @param {string} zone
 */
export const newName = (zone) =>
  Object.hasOwn(NEW_NAMES, zone) ? NEW_NAMES[/** @type {keyof typeof NEW_NAMES} */ (zone)] : zone;

/** All zones by name. UTC is not one of them: it is always offered. */
export const allZones = () =>
  [...new Set(Intl.supportedValuesOf("timeZone").map(newName))]
    .filter((zone) => zone !== "UTC")
    .sort();

const formatOf = formatByZone({
  hourCycle: "h23",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "shortOffset",
});

/**
 * The clock of a zone and its distance from UTC, such as `22:38` and `UTC+5:30`.
 * @param {string} zone
 * @param {number} moment
 */
export function clockOf(zone, moment) {
  const parts = formatOf(zone).formatToParts(moment);
  /** @param {string} type */
  const part = (type) => parts.find((each) => each.type === type)?.value ?? "";
  return {
    time: `${part("hour")}:${part("minute")}`,
    offset: part("timeZoneName").replace("GMT", "UTC").replace("-", "−"),
  };
}
