// @ts-check
// Months as grids of days (the ARIA pattern of a grid): arrow keys move by days and weeks, Page Up and Page
// Down by months, with Shift by years, Home and End in the week, and Enter chooses. Days are numbers, as in
// local-time.js.
import { iconButton } from "../page/icon-button.js";
import { word } from "../page/island.js";
import { all, get, language, make } from "../page/page.js";
import { addMonths, DAY_MS } from "./local-time.js";
import { firstOfMonth, firstWeekday, movedDay, weeksOf } from "./months.js";
import { today } from "./now.js";

/** @typedef {[number, number]} Days the first and the last one */

/**
 * @typedef {object} Options
 * @property {HTMLElement} place
 * @property {() => number} count months at once
 * @property {() => [number | null, number]} limits the first and the last day that can be chosen
 * @property {() => Days | null} chosen
 * @property {(day: number) => Days | null} preview the days to mark while this one is pointed at
 * @property {(day: number) => void} choose
 */

/**
 * @param {Options} options
 * @returns {{ show: (day: number) => void, mark: () => void }}
 */
export function calendar({ place, count, limits, chosen, preview, choose }) {
  const first = firstWeekday(readersLanguage());
  const earlier = arrow("left", word("previousMonth"), -1);
  const later = arrow("right", word("nextMonth"), 1);
  const grids = make("div", "month-row");
  place.replaceChildren(earlier, grids, later);

  let month = 0; // the first day of the first month
  let current = 0; // the day that has or gets the focus
  /** @type {number | null} */
  let pointed = null;

  /**
   * @param {string} icon
   * @param {string} name
   * @param {number} months
   */
  function arrow(icon, name, months) {
    const turn = () => {
      turnTo(addMonths(month, months));
      const target = addMonths(current, months);
      current = isShown(target) ? clamped(target) : clamped(months > 0 ? month : target);
      draw();
    };
    return iconButton(icon, name, turn, "month-to");
  }

  /** @param {number} day */
  const isShown = (day) => day >= month && day < addMonths(month, count());

  /** @param {number} day */
  function clamped(day) {
    const [least, most] = limits();
    return least === null ? Math.min(day, most) : Math.max(least, Math.min(day, most));
  }

  /** @param {number} wanted */
  function turnTo(wanted) {
    const [least, most] = limits();
    const last = addMonths(firstOfMonth(most), 1 - count());
    month = Math.min(Math.max(wanted, least === null ? wanted : firstOfMonth(least)), last);
  }

  function draw() {
    const [least, most] = limits();
    earlier.disabled = least !== null && month <= firstOfMonth(least);
    later.disabled = addMonths(month, count()) > most;
    const months = Array.from({ length: count() }, (_, index) => addMonths(month, index));
    grids.replaceChildren(...months.map(monthGrid));
    mark();
  }

  /** @param {number} start */
  function monthGrid(start) {
    const table = make("table", "month");
    table.setAttribute("role", "grid");
    const caption = make("caption", "", format(start, { month: "long", year: "numeric" }));
    const head = make("thead");
    head.append(weekdays());
    const body = make("tbody");
    body.append(...weeksOf(start, first).map(weekRow));
    table.append(caption, head, body);
    return table;
  }

  function weekdays() {
    const row = make("tr");
    const week = Array.from({ length: 7 }, (_, index) => first + 3 + index); // day 4 was a Monday
    row.append(
      ...week.map((day) => {
        const cell = make("th", "", format(day, { weekday: "short" }).slice(0, 2));
        cell.scope = "col";
        cell.abbr = format(day, { weekday: "long" });
        return cell;
      }),
    );
    return row;
  }

  /** @param {(number | null)[]} days */
  function weekRow(days) {
    const row = make("tr");
    row.append(...days.map((day) => (day === null ? make("td") : dayCell(day))));
    return row;
  }

  /** @param {number} day */
  function dayCell(day) {
    const cell = make("td");
    cell.setAttribute("role", "gridcell");
    const button = make("button", "day", String(new Date(day * DAY_MS).getUTCDate()));
    button.type = "button";
    button.dataset.day = String(day);
    button.disabled = clamped(day) !== day;
    button.setAttribute("aria-label", format(day, { dateStyle: "full" }));
    if (day === today()) {
      button.setAttribute("aria-current", "date");
    }
    cell.append(button);
    return cell;
  }

  /** Mark the days that are chosen or pointed at. */
  function mark() {
    const days = (pointed === null ? null : preview(pointed)) ?? chosen();
    for (const button of all(".day", grids)) {
      const day = Number(button.dataset.day);
      const isIn = days !== null && day >= days[0] && day <= days[1];
      const cell = /** @type {HTMLElement} */ (button.parentElement);
      cell.setAttribute("aria-selected", String(isIn));
      cell.classList.toggle("first", day === days?.[0]);
      cell.classList.toggle("last", day === days?.[1]);
      button.tabIndex = day === current ? 0 : -1;
    }
  }

  /** @param {EventTarget | null} target */
  function dayAt(target) {
    const button = target instanceof Element ? target.closest(".day") : null;
    return button instanceof HTMLButtonElement && !button.disabled
      ? Number(button.dataset.day)
      : null;
  }

  /** @param {number | null} day */
  function point(day) {
    if (day !== pointed) {
      pointed = day;
      mark();
    }
  }

  grids.addEventListener("pointerover", ({ target }) => point(dayAt(target)));
  grids.addEventListener("pointerleave", () => point(null));
  grids.addEventListener("focusin", ({ target }) => {
    current = dayAt(target) ?? current;
    pointed = dayAt(target);
    mark();
  });
  grids.addEventListener("focusout", () => point(null));
  grids.addEventListener("click", ({ target }) => {
    const day = dayAt(target);
    if (day !== null) {
      current = day;
      choose(day);
      mark();
    }
  });
  grids.addEventListener("keydown", (event) => {
    const day = dayAt(event.target);
    const target = day === null ? null : movedDay(day, event, first);
    if (target !== null) {
      event.preventDefault();
      current = clamped(target);
      if (!isShown(current)) {
        turnTo(firstOfMonth(current < month ? current : addMonths(current, 1 - count())));
        draw();
      }
      get(`[data-day="${current}"]`, grids).focus();
    }
  });

  return {
    /** Show the months up to the one of this day. */
    show(day) {
      current = clamped(day);
      pointed = null;
      turnTo(addMonths(firstOfMonth(current), 1 - count()));
      draw();
    },
    mark,
  };
}

/** The reader's language with its region, such as en-GB, if the page is in that language. */
function readersLanguage() {
  const [own] = language().split("-");
  return navigator.language.split("-")[0] === own ? navigator.language : language();
}

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/**
 * @param {number} day
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(day, options) {
  const name = language() + JSON.stringify(options);
  const known =
    formats.get(name) ?? new Intl.DateTimeFormat(language(), { ...options, timeZone: "UTC" });
  formats.set(name, known);
  return known.format(day * DAY_MS);
}
