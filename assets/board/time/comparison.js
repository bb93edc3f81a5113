// @ts-check
// The switch of the comparison, and the menu of what to compare with. The server draws the items, with their
// dates. A custom comparison begins on a chosen day, and is as long as the shown range.
import { moveFocus } from "../page/arrow-keys.js";
import { shown, word } from "../page/island.js";
import { all, closest, find, get, getInput, language } from "../page/page.js";
import { closePopups } from "../page/popups.js";
import { opened, refreshed } from "../page/signals.js";
import { store, stored } from "../page/storage.js";
import { goTo, parameters } from "../view/navigation.js";
import { calendar } from "./calendar.js";
import { DAY_MS, dayOf, isDayStart, movedBack, toText } from "./local-time.js";
import { today } from "./now.js";
import { dayText, readDate } from "./typed-dates.js";

const POPUP = ".comparing";
const ITEMS = `${POPUP} [data-compare]`;
const FIELD = "#compare-first";

const WORDS = ["previous", "weekdays", "year"]; // those that any range has

/** What the switch turns on: the last comparison of this page, or the last one chosen in this browser. */
let last = stored("compare", WORDS);

/** @type {ReturnType<typeof calendar> | null} */
let months = null;

/** Hide the compared dates if they do not fit, so that no gap is before the arrow of the menu. */
function fitDates() {
  const place = find(`${POPUP} .with`);
  const dates = place?.firstElementChild;
  if (place && dates instanceof HTMLElement) {
    place.hidden = false;
    place.hidden = dates.offsetTop > place.offsetTop + place.offsetHeight / 2;
  }
}

// The room changes with the bar, and with what the bar says next to them.
const watcher = new ResizeObserver(fitDates);
opened.on(() => {
  for (const part of all(".bar, .bar-r")) {
    watcher.observe(part);
  }
});
refreshed.on(fitDates);

/** @param {string} choice */
function compareWith(choice) {
  closePopups();
  goTo("compare", choice);
}

// -- A custom first day ----------------------------------------------------------------------------------

const own = () => get(`${POPUP} .own`);

/** @param {string | undefined} date an ISO date */
const dayOfDate = (date) => (date ? Date.parse(date) / DAY_MS : null);

/** The first and the last day that the comparison can begin with. @returns {[number | null, number]} */
function limits() {
  const { min, max } = get(`${ITEMS}[data-compare=custom]`).dataset;
  return [dayOfDate(min), dayOfDate(max) ?? today()];
}

/** The days of a comparison that begins on this one. @param {number} day @returns {[number, number]} */
function daysFrom(day) {
  const { start, end, zone } = shown();
  const length = dayOf(Date.parse(end) - 1, zone) - dayOf(Date.parse(start), zone);
  return [day, day + length];
}

const firstDay = () => readDate(getInput(FIELD).value, today(), language())?.day ?? null;

function showOwn() {
  const { start, zone } = shown();
  const [from] = (parameters().get("compare") ?? "").split("/");
  const [least, most] = limits();
  const beforeRange = dayOf(Date.parse(start), zone) - 1 - daysFrom(0)[1];
  const chosen = Number.isNaN(Date.parse(from))
    ? Math.min(Math.max(beforeRange, least ?? beforeRange), most)
    : dayOf(Date.parse(from), zone);
  own().hidden = false;
  get(".bad", own()).textContent = "";
  getInput(FIELD).value = dayText(chosen, language());
  months ??= calendar({
    place: get(".months", own()),
    count: () => 1,
    limits,
    chosen() {
      const day = firstDay();
      return day === null ? null : daysFrom(day);
    },
    preview: daysFrom,
    choose(day) {
      getInput(FIELD).value = dayText(day, language());
      applyOwn();
    },
  });
  months.show(chosen);
  own().scrollIntoView({ block: "nearest" });
  if (matchMedia("(pointer: fine)").matches) {
    getInput(FIELD).select();
  }
}

/** What is wrong with the first day in the field; empty if nothing is. */
function faultOfOwn() {
  const day = firstDay();
  const [least, most] = limits();
  if (day === null) {
    return word("wrongDate", getInput(FIELD).value.trim());
  }
  if (day > most) {
    return word("lateComparison", dayText(most, language()));
  }
  return least !== null && day < least ? word("earlyComparison", dayText(least, language())) : "";
}

/** Compare with the range that begins on the day in the field. */
function applyOwn() {
  const { start, end, zone } = shown();
  const [from, to] = [Date.parse(start), Date.parse(end)];
  const day = firstDay();
  const fault = faultOfOwn();
  get(".bad", own()).textContent = fault;
  if (fault || day === null) {
    return;
  }
  const shift = { hours: 0, days: dayOf(from, zone) - day, months: 0 };
  const first = movedBack(from, shift, zone);
  const beyond = isDayStart(from, zone) ? movedBack(to, shift, zone) : first + (to - from);
  compareWith(`${toText(first)}/${toText(beyond)}`);
}

// -- Events ----------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const item = closest(event, ITEMS);
  const choice = item?.dataset.compare;
  if (item?.getAttribute("aria-disabled") === "true") {
    return;
  }
  if (choice === "custom") {
    showOwn();
  } else if (choice) {
    if (WORDS.includes(choice)) {
      store("compare", choice);
    }
    compareWith(choice);
  }
  if (closest(event, "[data-do=versus]")) {
    applyOwn();
  }
});

document.addEventListener("change", (event) => {
  const box = closest(event, "#compare");
  if (box instanceof HTMLInputElement) {
    goTo("compare", box.checked ? last : "");
  }
});

document.addEventListener("input", (event) => {
  const day = closest(event, FIELD) ? firstDay() : null;
  if (day !== null) {
    months?.show(day);
  }
});

document.addEventListener("keydown", (event) => {
  if (closest(event, ITEMS)) {
    moveFocus(event, all(ITEMS));
  } else if (event.key === "Enter" && closest(event, FIELD)) {
    event.preventDefault();
    applyOwn();
  }
});

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target instanceof HTMLDetailsElement && target.open && target.matches(POPUP)) {
      own().hidden = true;
      (find(`${ITEMS}[aria-checked=true]`) ?? get(ITEMS)).focus();
    }
  },
  true,
);

// Back or a link may have changed the URL.
refreshed.on(() => {
  const compare = find("#compare");
  if (compare instanceof HTMLInputElement) {
    compare.checked = shown().comparison !== "";
  }
  const chosen = parameters().get("compare");
  if (chosen && chosen !== "off" && shown().comparison) {
    last = chosen;
  }
});
