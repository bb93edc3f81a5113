// @ts-check
// The menu of a part of a panel: only this, without this, zoom, break down, see the events. The part is
// marked while its menu is open.
/** @import { Item } from "../page/floating-menu.js" */
/** @import { Part } from "./part.js" */
import { canZoom } from "../chart/zoom.js";
import { openMenu } from "../page/floating-menu.js";
import { limits, word } from "../page/island.js";
import { make } from "../page/page.js";
import { chooseFilter } from "../panel/filters.js";
import { goToRange, parameters } from "../view/navigation.js";
import { showEvents } from "./event-sheet.js";
import { without } from "./filter-texts.js";
import { showBreakdown } from "./list-sheet.js";
import { offerOf } from "./part.js";

/**
 * @typedef {object} Place
 * @property {{ x: number, y: number } | HTMLElement} at
 * @property {HTMLElement | null} [origin] where the focus returns to
 * @property {() => (() => void)} [mark] marks the part, and returns what removes the mark
 */

/**
 * Open the menu of a part, or of several parts at one place. Returns whether there is anything to do.
 * @param {Part} part
 * @param {Place} place
 * @param {Part[]} [inside] parts of the part, each with a menu of its own
 */
export function openDrill(part, place, inside = []) {
  const items = itemsOf(part);
  const parts = inside.filter((one) => itemsOf(one).length > 0).map(itemOfPart);
  if (!items.length && !parts.length) {
    return false;
  }
  const unmark = place.mark?.();
  openMenu({
    name: part.name,
    at: place.at,
    head: headOf(part),
    items: parts.length ? [...parts, ...(items.length ? [null, ...items] : [])] : items,
    ...(place.origin !== undefined && { origin: place.origin }),
    onClose: unmark,
  });
  return true;
}

/**
 * @param {Part} part
 * @returns {Item}
 */
const itemOfPart = (part) => ({
  name: `${part.name} · ${part.text}`,
  color: part.color,
  more: () => compact(itemsOf(part)),
});

/** @param {(Item | null)[]} items */
const compact = (items) => items.filter((item) => item !== null);

/** @param {Part} part */
function headOf({ name, color, when, text }) {
  const head = make("div", "floating-head");
  if (color) {
    head.append(make("i"));
    /** @type {HTMLElement} */ (head.firstChild).style.background = color;
  }
  head.append(make("b", "", name), make("span", "", [when, text].filter(Boolean).join(" · ")));
  return head;
}

/**
 * @param {Part} part
 * @returns {(Item | null)[]}
 */
function itemsOf(part) {
  const groups = [
    filterItems(part),
    [...zoomItems(part), ...breakdownItems(part)],
    eventItems(part),
  ];
  return groups
    .filter((group) => group.length)
    .flatMap((group, n) => (n ? [null, ...group] : group));
}

/**
 * @param {Part} part
 * @returns {Item[]}
 */
function filterItems({ filter }) {
  if (!filter) {
    return [];
  }
  const chosen = parameters().getAll("filter");
  if (chosen.includes(filter)) {
    return [{ name: word("unfilter"), icon: "x", choose: () => chooseFilter(filter) }];
  }
  if (chosen.length >= limits().maxFilters) {
    return [];
  }
  return [
    { name: word("onlyThis"), icon: "filter", choose: () => chooseFilter(filter) },
    { name: word("withoutThis"), icon: "without", choose: () => chooseFilter(without(filter)) },
  ];
}

/**
 * @param {Part} part
 * @returns {Item[]}
 */
function zoomItems({ within, when }) {
  if (!within || !canZoom()) {
    return [];
  }
  const choose = () => goToRange(within.from, within.to);
  return [{ name: word("zoomTo", when), icon: "zoom", choose }];
}

/**
 * @param {Part} part
 * @returns {Item[]}
 */
function breakdownItems(part) {
  const offer = offerOf(part.panel);
  const isOther = offer?.by && part.value === undefined && !part.isWhole;
  const fields = (offer?.breakdowns ?? []).filter(
    ({ name }) => part.value === undefined || name !== offer?.by?.name,
  );
  if (part.hour || part.isMixed || isOther || !fields.length) {
    return [];
  }
  const more = () =>
    fields.map((field) => ({ name: field.title, choose: () => showBreakdown(part, field) }));
  return [{ name: word("breakDown"), icon: "split", more }];
}

/**
 * @param {Part} part
 * @returns {Item[]}
 */
function eventItems(part) {
  const offer = offerOf(part.panel);
  const isOther = offer?.by && part.value === undefined && !part.isWhole;
  if (!offer?.hasEvents || part.isMixed || isOther || part.count === 0) {
    return [];
  }
  const isCount = part.text && offer.counts.includes(part.metric ?? offer.metrics[0]);
  const name = !isCount
    ? word("seeAll")
    : part.count === 1
      ? word("seeEvent")
      : word("seeEvents", part.text);
  return [{ name, icon: "list", choose: () => showEvents(part) }];
}
