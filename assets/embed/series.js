// @ts-check
// Colors of series in an embedded board: the nth series of a panel gets the nth color of the theme,
// instead of the default color that it is drawn with (domain/access/theme.py, look.js).
/** @import { Meta, SeriesColors } from "../types" */

import { plotIn } from "../board/chart/plot.js";
import { board, get, panels } from "../board/page/page.js";

/** @type {SeriesColors} */
let colors = { drawn: [], own: 0 };

/** The series and colors that a panel was last arranged for. @type {WeakMap<HTMLElement, { meta?: Meta, colors: SeriesColors }>} */
const arranged = new WeakMap();

/** @param {SeriesColors} newColors */
export function setSeriesColors(newColors) {
  colors = newColors;
  arrangeAll();
}

/**
 * The index of the theme's color for each default color. Colors are swapped, so that no two default
 * colors get the same one.
 * @param {Meta | undefined} meta
 */
function orderFor(meta) {
  const order = colors.drawn.map((_, number) => number);
  (meta?.series ?? []).slice(0, colors.own).forEach(({ color }, place) => {
    const number = colors.drawn.indexOf(color);
    if (number >= 0) {
      order[order.indexOf(place)] = order[number];
      order[number] = place;
    }
  });
  return order;
}

/** @param {HTMLElement} panel */
function arrange(panel) {
  const meta = plotIn(panel)?.layout?.meta;
  const before = arranged.get(panel);
  if (before?.meta === meta && before?.colors === colors) {
    return;
  }
  arranged.set(panel, { meta, colors });
  orderFor(meta).forEach((place, number) => {
    const name = `--chart-${number + 1}`;
    if (place === number) {
      panel.style.removeProperty(name);
    } else {
      panel.style.setProperty(name, `var(--series-${place + 1})`);
    }
  });
}

function arrangeAll() {
  if (board()) {
    panels().forEach(arrange);
  }
}

/**
 * The color that a viewer sees in place of a color of a figure.
 * @param {HTMLElement} panel
 * @param {string} color
 */
export function shownColor(panel, color) {
  const number = colors.own ? colors.drawn.indexOf(color) : -1;
  return number < 0
    ? color
    : getComputedStyle(panel)
        .getPropertyValue(`--chart-${number + 1}`)
        .trim();
}

// Charts are drawn some time after their numbers arrive: arrange their colors before they are painted.
new MutationObserver(arrangeAll).observe(get("#react-entry-point"), {
  childList: true,
  subtree: true,
});
