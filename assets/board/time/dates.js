// @ts-check
// The form for a custom range. Its times are in the board's time zone, not in the browser's.
import { shown, word } from "../page/island.js";
import { closest, find, get, getInput } from "../page/page.js";
import { closePopups } from "../page/popups.js";
import { goToRange } from "./navigation.js";

const FORM = ".custom";

/**
 * The wall clock time of a zone at a moment, as if it were UTC.
 * @param {number} moment
 * @param {string} zone
 */
function wallClock(moment, zone) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  const parts = format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The moment of a wall clock time in a zone, as text. The offset is computed twice, because the first
 * guess may be on the other side of a clock change.
 * @param {string} time
 * @param {string} zone
 */
function momentOf(time, zone) {
  const wallTime = Date.parse(`${time}Z`);
  const guess = wallTime - (wallClock(wallTime, zone) - wallTime);
  const moment = guess - (wallClock(guess, zone) - wallTime);
  return new Date(moment).toISOString().replace(".000Z", "Z");
}

function fill() {
  const { start, end, zone } = shown();
  for (const [name, moment] of Object.entries({ from: start, to: end })) {
    const time = new Date(wallClock(Date.parse(moment), zone));
    getInput(`#custom-${name}`).value = time.toISOString().slice(0, 16);
  }
  showFault("");
}

/** @param {string} text */
function showFault(text) {
  get("[data-fault]").textContent = text;
}

/** Apply the range in the form to the board. */
export function applyDates() {
  const { zone } = shown();
  const from = getInput("#custom-from").value;
  const to = getInput("#custom-to").value;
  if (!from || !to || from >= to) {
    showFault(word("wrongDates"));
    return;
  }
  closePopups();
  goToRange(momentOf(from, zone), momentOf(to, zone));
}

// Fill the form before it opens: `toggle` comes too late, because viewers may already be typing.
document.addEventListener("click", (event) => {
  const summary = closest(event, `${FORM} > summary`);
  const form = summary?.parentNode;
  if (form instanceof HTMLDetailsElement && !form.open) {
    fill();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && closest(event, "[id^=custom-]")) {
    event.preventDefault(); // otherwise it would press the button that gets the focus
    applyDates();
  }
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    const isOpened = target instanceof HTMLDetailsElement && target.open && target.matches(FORM);
    if (isOpened && !find("input:focus", target)) {
      get("#custom-from").focus();
    }
  },
  true,
);
