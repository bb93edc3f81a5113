// @ts-check
// The calendar and the fields for a custom range. Days and times are in the board's time zone, not in the
// browser's. The last day belongs to the range: it ends at the midnight after it.
import { opening, shown, word } from "../page/island.js";
import { all, board, closest, find, get, getInput, language } from "../page/page.js";
import { closePopups } from "../page/popups.js";
import { presetOf, setPreset } from "../view/address.js";
import { go, goToRange, parameters } from "../view/navigation.js";
import { calendar } from "./calendar.js";
import {
  dayOf,
  isDayStart,
  minutesAt,
  momentAt,
  monthsBetween,
  movedBack,
  toText,
} from "./local-time.js";
import { today } from "./now.js";
import { dayText, readDate, readTime } from "./typed-dates.js";

/** @import { Days } from "./calendar.js" */

const POPUP = ".custom";
const MOST_MONTHS = 1_000;
const NARROW = 640;
const DAY = 1440; // minutes

/** @typedef {"from" | "to"} End */
const ENDS = /** @type {End[]} */ (["from", "to"]);

/** The day that was clicked first; the second click completes the range. @type {number | null} */
let anchor = null;
/** @type {ReturnType<typeof calendar> | null} */
let months = null;

/** Whether the times are the viewer's own. Those of a preset are not those of another day. */
let hasOwnTimes = false;

/** @param {End} end */
const dayField = (end) => getInput(`#custom-${end}`);
/** @param {End} end */
const clockField = (end) => getInput(`#custom-${end}-time`);
/** @param {End} end */
const typed = (end) => readDate(dayField(end).value, today(), language());
const hasTimes = () => get(POPUP).classList.contains("timed");

/** @param {string} text */
function showFault(text) {
  get(`${POPUP} [data-fault]`).textContent = text;
}

/** @param {number} minutes */
const clockText = (minutes) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");

/** @param {boolean} isTimed */
function showTimes(isTimed) {
  get(POPUP).classList.toggle("timed", isTimed);
  get("[data-do=times]").hidden = isTimed;
  clockField("from").value = clockText(0);
  clockField("to").value = clockText(DAY);
}

// -- Fill ------------------------------------------------------------------------------------------------

/** Show the board's range in the fields and in the calendar. */
function fill() {
  const { start, end, zone } = shown();
  const [from, to] = [Date.parse(start), Date.parse(end)];
  const isExact = parameters().has("from") && !isDayStart(to, zone); // not just up to now
  anchor = null;
  hasOwnTimes = isExact;
  showFault("");
  showTimes(isExact || !isDayStart(from, zone));
  dayField("from").value = dayText(dayOf(from, zone), language());
  const lastDay = dayOf(to - 1, zone);
  dayField("to").value = dayText(lastDay, language());
  if (hasTimes()) {
    clockField("from").value = clockText(minutesAt(from, zone));
    clockField("to").value = clockText(isDayStart(to, zone) ? DAY : minutesAt(to, zone));
  }
  get(`${POPUP} .when-zone`).textContent = zone;
  markPreset();
  months ??= calendar({
    place: get(`${POPUP} .months`),
    count: () => ((board()?.clientWidth ?? 0) > NARROW ? 2 : 1),
    limits: () => [null, today()],
    chosen: () => chosenDays(),
    preview: (day) => (anchor === null ? null : sorted(anchor, day)),
    choose: chooseDay,
  });
  months.show(lastDay);
}

function markPreset() {
  const preset = presetOf(parameters(), opening());
  for (const item of all("[data-preset]")) {
    item.toggleAttribute("aria-current", item.dataset.preset === preset);
  }
}

/**
 * @param {number} one
 * @param {number} other
 * @returns {Days}
 */
const sorted = (one, other) => [Math.min(one, other), Math.max(one, other)];

/** @returns {Days | null} */
function chosenDays() {
  const [from, to] = ENDS.map(typed);
  return from && to && from.day <= to.day ? [from.day, to.day] : null;
}

/** Another day was chosen: it is a whole one, unless the viewer has set times. */
function useWholeDays() {
  if (hasTimes() && !hasOwnTimes) {
    showTimes(false);
  }
}

/** @param {number} day */
function chooseDay(day) {
  const days = sorted(anchor ?? day, day);
  useWholeDays();
  anchor = anchor === null ? day : null;
  dayField("from").value = dayText(days[0], language());
  dayField("to").value = dayText(days[1], language());
  showFault("");
}

// -- Apply -----------------------------------------------------------------------------------------------

/**
 * The day and minutes of one end, or what is wrong with it.
 * @param {End} end
 */
function endOf(end) {
  const date = typed(end);
  if (!date) {
    return { fault: word("wrongDate", dayField(end).value.trim()), field: dayField(end) };
  }
  if (date.day > today()) {
    return { fault: word("futureDate"), field: dayField(end) };
  }
  const whole = end === "from" ? 0 : DAY;
  const clock = hasTimes() ? readTime(clockField(end).value) : whole;
  if (clock === null && date.minutes === null) {
    return { fault: word("wrongTime", clockField(end).value.trim()), field: clockField(end) };
  }
  return { day: date.day, minutes: date.minutes ?? clock ?? whole };
}

/**
 * What is wrong with a range; empty if nothing is.
 * @param {number} from
 * @param {number} to
 * @param {string} zone
 */
function faultOf(from, to, zone) {
  const longest = opening()?.longest;
  if (from >= to) {
    return word("wrongDates");
  }
  if (longest && from < movedBack(to, longest, zone)) {
    return word("longDates");
  }
  return monthsBetween(from, to, zone) > MOST_MONTHS ? word("longDates") : "";
}

/** Apply the range in the fields to the board. */
export function applyDates() {
  const { zone } = shown();
  const ends = ENDS.map(endOf);
  const wrong = ends.find((end) => end.fault);
  if (wrong?.field) {
    showFault(wrong.fault);
    wrong.field.focus();
    return;
  }
  const [from, to] = ends.map(({ day = 0, minutes = 0 }) => momentAt(day, minutes, zone));
  const fault = faultOf(from, to, zone);
  showFault(fault);
  if (!fault) {
    closePopups();
    goToRange(toText(from), toText(to));
  }
}

/** Open the calendar, as its button does. */
export function openDates() {
  const popup = find(POPUP);
  if (popup instanceof HTMLDetailsElement && !popup.open) {
    get("summary", popup).click();
  }
}

// -- Events ----------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const popup = closest(event, `${POPUP} > summary`)?.parentNode;
  if (popup instanceof HTMLDetailsElement && !popup.open) {
    fill(); // `toggle` comes too late: viewers may already be typing
  }
  const preset = closest(event, "[data-preset]")?.dataset.preset;
  if (preset) {
    closePopups();
    go((changed) => setPreset(changed, preset));
  }
  const action = closest(event, `${POPUP} [data-do]`)?.dataset.do;
  if (action === "times") {
    hasOwnTimes = true;
    showTimes(true);
    clockField("from").focus();
  } else if (action === "cancel-dates") {
    closePopups();
  }
});

/** @param {Event} event */
const isDayField = (event) => closest(event, "#custom-from, #custom-to") !== null;

document.addEventListener("input", (event) => {
  if (closest(event, "#custom-from-time, #custom-to-time")) {
    hasOwnTimes = true;
  }
  if (isDayField(event)) {
    anchor = null;
    useWholeDays();
    const date = readDate(getField(event).value, today(), language());
    if (date && date.day <= today()) {
      months?.show(date.day);
    } else {
      months?.mark();
    }
  }
});

/** @param {Event} event */
const getField = (event) => /** @type {HTMLInputElement} */ (event.target);

// A time that was typed with the date moves into its own field.
document.addEventListener("change", (event) => {
  if (!isDayField(event)) {
    return;
  }
  const end = getField(event).id === "custom-from" ? "from" : "to";
  const date = typed(end);
  if (date) {
    dayField(end).value = dayText(date.day, language());
  }
  if (date && date.minutes !== null) {
    hasOwnTimes = true;
    if (!hasTimes()) {
      showTimes(true);
    }
    clockField(end).value = clockText(date.minutes);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && closest(event, `${POPUP} input`)) {
    event.preventDefault(); // otherwise it would press the button that gets the focus
    applyDates();
  }
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    const isOpened = target instanceof HTMLDetailsElement && target.open && target.matches(POPUP);
    const hasKeyboard = matchMedia("(pointer: fine)").matches;
    if (isOpened && hasKeyboard && !find("input:focus", target)) {
      dayField("from").select();
    }
  },
  true,
);
