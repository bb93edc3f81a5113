// @ts-check
// "New metric": from menus of what the org has sent, with a preview of its own numbers.
/** @import { Definition, Preview, SentProperty, SentType } from "./types" */
/** @import { Shared } from "./gallery.js" */
import { all, find, language, make } from "../board/page/page.js";
import { Refusal } from "../board/page/server.js";
import { toast } from "../board/page/toast.js";
import { askToDiscard } from "./asking.js";
import { conditions, option, select } from "./conditions.js";
import { panelOf } from "./drawing.js";
import { preview, schema } from "./server.js";
import { showAs } from "./show-as.js";
import { text } from "./texts.js";

const WAIT_MS = 250;
const NUMBERS = ["sum", "average", "min", "max", "p50", "p75", "p90", "p95", "p99"];
const WITHOUT_OF = ["count", "users"];
const WITH_BY = ["line", "bars", "list"];
const UNITS = ["EUR", "USD", "percent", "ms", "s", "min", "bytes"];

/** `input` is what must be mended, if that is known here. @typedef {{ field: string, reason: string, input?: HTMLElement }} Fault */

/** Which field shows a fault at a path of the definition. @type {[RegExp, string][]} */
const FIELD_OF = [
  [/^metric\.events/, "type"],
  [/^metric\.unit/, "unit"],
  [/^metric\.where/, "where"],
  [/^metric\.title|^title/, "title"],
  [/^metric/, "of"],
  [/^by/, "by"],
];

/**
 * @param {string} name
 * @param {HTMLElement} control
 */
function field(name, control) {
  const label = make(control.matches("select, input") ? "label" : "div", "field");
  label.dataset.field = name;
  const title = make("span", "", text(name === "type" ? "eventType" : name));
  const fault = make("em");
  fault.setAttribute("role", "alert");
  fault.hidden = true;
  label.append(title, control, fault);
  if (label.tagName === "DIV") {
    label.setAttribute("role", "group");
    label.setAttribute("aria-label", title.textContent ?? "");
  }
  return label;
}

/**
 * @param {Shared} shared
 * @param {() => void} back
 */
export async function showMetric(shared, back) {
  const { dialog, signal } = shared;
  dialog.heading.textContent = text("newMetric");
  dialog.body.replaceChildren(make("p", "edit-note", text("loading")));
  dialog.foot.replaceChildren(button("backToGallery", back));
  dialog.heading.focus();
  try {
    const { types } = await schema();
    if (!signal.aborted && dialog.heading.textContent === text("newMetric")) {
      form(shared, back, types);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    dialog.body.replaceChildren(make("p", "edit-note", error.message || text("noPreview")));
  }
}

/**
 * @param {string} name
 * @param {() => void} act
 * @param {string} [look]
 */
function button(name, act, look = "btn") {
  const made = make("button", look, text(name));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/**
 * @param {Shared} shared
 * @param {() => void} back
 * @param {SentType[]} types
 */
function form({ given, add, dialog, signal }, back, types) {
  const { body, foot } = dialog;
  if (!types.length) {
    body.replaceChildren(make("p", "edit-note", text("noTypes")));
    return;
  }
  const count = new Intl.NumberFormat(language());
  const newest = [...types].sort((a, b) => b.events - a.events);
  const type = select(
    newest.map(({ type, events }) =>
      option(type, text("countOf", { "%s": type, "%n": count.format(events) })),
    ),
  );
  const measure = select(Object.entries(given.measures).map(([word, name]) => option(word, name)));
  const of = select([]);
  const unit = make("input");
  unit.setAttribute("list", "units");
  unit.maxLength = 20;
  unit.placeholder = text("noUnit");
  const units = make("datalist");
  units.id = "units";
  units.append(...(given.currency ? [option(given.currency, text("ownCurrency"))] : []));
  units.append(...UNITS.filter((one) => one !== given.currency).map((one) => option(one, "")));
  const by = select([]);
  const title = make("input");
  title.maxLength = given.maxTitle;
  const where = conditions(properties, later);
  const shown = make("div", "metric-show");
  const picture = make("div", "metric-picture");
  const facts = make("p", "edit-note");
  facts.setAttribute("role", "status");
  const shownField = field("showAs", shown);
  const fields = make("div", "metric");
  fields.append(
    field("type", type),
    field("measure", measure),
    field("of", of),
    field("unit", unit),
    field("by", by),
    field("title", title),
    field("where", where.element),
    shownField,
    units,
  );
  const pictureBox = make("div", "metric-preview");
  pictureBox.append(facts, picture);
  body.replaceChildren(fields, pictureBox);
  const addIt = button("add", send, "btn primary");
  const goBack = async () => (await dialog.mayClose()) && back();
  foot.replaceChildren(
    button("backToGallery", goBack, "btn quiet"),
    make("span", "edit-note", text("ofOrganization")),
    button("cancel", dialog.leave),
    addIt,
  );

  let show = "line";
  let isTried = false; // "Add panel" was pressed, and faults are not mended yet
  /** @type {number | undefined} */
  let timer;
  let asking = new AbortController();
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    asking.abort();
  });

  // -- What can be chosen -----------------------------------------------------------------------------------

  /** @returns {SentProperty[]} */
  function properties() {
    return types.find((one) => one.type === type.value)?.properties ?? [];
  }

  function fitMenus() {
    const needed = !WITHOUT_OF.includes(measure.value);
    const fitting = properties().filter(
      ({ kinds }) => !NUMBERS.includes(measure.value) || kinds.includes("number"),
    );
    keep(of, [
      option("", text(fitting.length ? "chooseProperty" : "noProperty")),
      ...fitting.map(({ name }) => option(`properties.${name}`, name)),
    ]);
    of.disabled = !needed;
    if (needed && !of.value && fitting.length === 1) {
      of.value = `properties.${fitting[0].name}`;
    }
    keep(by, [
      option("", text("noBy")),
      ...properties().map(({ name }) => option(`properties.${name}`, name)),
      ...["channel", "project"].map((name) => option(name, text(name))),
    ]);
  }

  /**
   * Replace the options; what was chosen stays if it can.
   * @param {HTMLSelectElement} menu
   * @param {HTMLOptionElement[]} options
   */
  function keep(menu, options) {
    const before = menu.value;
    menu.replaceChildren(...options);
    menu.value = options.some(({ value }) => value === before) ? before : "";
  }

  function drawShows() {
    /** @type {Record<string, string | null>} */
    const reasons = given.newMetric.reasons;
    /** @type {Record<string, string | null>} */
    const why = { ...reasons, list: by.value ? null : reasons.list };
    if (why[show]) {
      show = "line";
    }
    const drawn = JSON.stringify([why, show]);
    if (drawn === shown.dataset.drawn) {
      return; // a press that also ends an input must still find its button
    }
    shown.dataset.drawn = drawn;
    const focused = shown.contains(document.activeElement);
    shown.replaceChildren(
      showAs(given.drawings, why, show, (word) => {
        show = word;
        drawShows();
        later();
      }),
    );
    if (focused) {
      find(`[data-show="${show}"]`, shown)?.focus();
    }
  }

  // -- The definition ---------------------------------------------------------------------------------------

  /** @returns {Definition} */
  function definition() {
    const conditions = where.where();
    const typed = title.value.trim().replace(/\s+/g, " ");
    /** @type {Record<string, unknown>} */
    const metric = { events: [type.value], measure: measure.value };
    if (!of.disabled) {
      metric.of = of.value;
    }
    if (unit.value.trim()) {
      metric.unit = unit.value.trim();
    }
    if (Object.keys(conditions).length) {
      metric.where = conditions;
    }
    return {
      metric,
      show,
      ...(by.value && WITH_BY.includes(show) ? { by: by.value } : {}),
      ...(typed ? { title: typed } : {}),
    };
  }

  const lacksProperty = () => !of.disabled && !of.value;

  /**
   * What keeps the panel from being drawn; with `isComplete`, from being added.
   * @param {boolean} isComplete
   * @returns {Fault[]}
   */
  function faultsOf(isComplete) {
    return [
      ...(lacksProperty() ? [{ field: "metric.of", reason: text("needOf"), input: of }] : []),
      ...where.faults(isComplete).map((fault) => ({ ...fault, field: "metric.where" })),
    ];
  }

  /** The faults to show at the fields. Those that a press of "Add panel" showed stay until they are mended. */
  function known() {
    const missing = faultsOf(true);
    isTried &&= missing.length > 0;
    return isTried ? missing : faultsOf(false).filter(({ input }) => input !== of);
  }

  /**
   * Show reasons at their fields; what belongs to none of them is returned.
   * @param {Fault[]} faults
   */
  function showFaults(faults) {
    for (const control of all("input, select", fields)) {
      const isWrong = faults.some(({ input }) => input === control);
      control.toggleAttribute("data-bad", isWrong);
      control.setAttribute("aria-invalid", String(isWrong));
    }
    for (const label of all("[data-field]", fields)) {
      const mine = faults.find((fault) => fieldOf(fault.field) === label.dataset.field);
      const place = /** @type {HTMLElement} */ (find("em", label));
      place.textContent = mine?.reason ?? "";
      place.hidden = !mine;
      label.toggleAttribute("data-bad", Boolean(mine));
    }
  }

  /** @param {string} path */
  const fieldOf = (path) => FIELD_OF.find(([pattern]) => pattern.test(path))?.[1] ?? "showAs";

  // -- The preview ------------------------------------------------------------------------------------------

  function later() {
    clearTimeout(timer);
    timer = window.setTimeout(drawPreview, WAIT_MS);
  }

  async function drawPreview() {
    asking.abort();
    showFaults(known());
    const [fault] = faultsOf(false);
    if (fault) {
      showNothing(fault.reason);
      return;
    }
    asking = new AbortController();
    const { signal: drawing } = asking;
    pictureBox.setAttribute("aria-busy", "true");
    try {
      const answer = await preview([{ definition: definition() }], drawing);
      showFaults(known());
      showPreview(answer.panels[0], answer.dates);
    } catch (error) {
      if (error instanceof Refusal) {
        showFaults([...known(), ...(error.answer?.faults ?? [])]);
        showNothing(error.message || text("noPreview"));
      }
    }
    if (!drawing.aborted) {
      pictureBox.removeAttribute("aria-busy");
    }
  }

  /** @param {string} reason */
  function showNothing(reason) {
    picture.replaceChildren();
    facts.textContent = reason;
    pictureBox.removeAttribute("aria-busy");
  }

  /**
   * @param {Preview} drawn
   * @param {string} dates
   */
  function showPreview(drawn, dates) {
    picture.replaceChildren(panelOf(drawn));
    title.placeholder = title.value ? title.placeholder : drawn.title;
    const { left_out: leftOut } = drawn;
    const words = leftOut === 1 ? text("leftOutOne") : text("leftOut", count.format(leftOut));
    facts.textContent = [text("preview"), dates, ...(leftOut ? [words] : [])].join(" · ");
  }

  // -- Adding -----------------------------------------------------------------------------------------------

  async function send() {
    const [fault] = faultsOf(true);
    isTried = Boolean(fault);
    showFaults(known());
    if (fault) {
      fault.input?.focus();
      return;
    }
    addIt.disabled = true;
    try {
      const made = definition();
      const answer = await preview([{ definition: made }], signal);
      add({ definition: made }, answer.panels[0]);
    } catch (error) {
      if (error instanceof Refusal) {
        showFaults(error.answer?.faults ?? []);
        toast(error.message || text("noPreview"));
      }
    }
    addIt.disabled = false;
  }

  type.addEventListener("change", where.clear);
  fields.addEventListener("change", () => {
    fitMenus();
    drawShows();
    later();
  });
  fields.addEventListener("input", later);
  fitMenus();
  drawShows();
  drawPreview();
  type.focus();

  const first = typed();
  dialog.mayClose = () => typed() === first || askToDiscard();

  /** All that can be changed here, as a text. */
  function typed() {
    const controls = all("input, select", fields).map((one) => /** @type {any} */ (one).value);
    return JSON.stringify([show, controls]);
  }
}
