// @ts-check
// Fills the rows of a board whose sizes are not chosen, as the server does when it shows the board
// (dashapp/widgets/placing/rows.py and tabs.py). A browser test compares both.
/** @import { Item, State } from "./history.js" */
/** @import { Placed } from "./panels.js" */

/** Columns of twelve, from the narrowest. @type {Record<string, number>} */
export const COLUMNS = { quarter: 3, third: 4, half: 6, "two-thirds": 8, full: 12 };
export const SIZES = Object.keys(COLUMNS);

/** A panel in the grid: its size, and whether it may be wider. @typedef {{ size: string, isElastic: boolean }} Block */

/** @param {{ size: string }[]} blocks */
const columnsOf = (blocks) => blocks.reduce((sum, { size }) => sum + COLUMNS[size], 0);

/** @param {Block[]} blocks */
function rowsOf(blocks) {
  /** @type {Block[][]} */
  const rows = [[]];
  for (const block of blocks) {
    if (columnsOf([...rows[rows.length - 1], block]) > COLUMNS.full) {
      rows.push([]);
    }
    rows[rows.length - 1].push(block);
  }
  return rows;
}

/**
 * The sizes that a row can have and be full.
 * @param {Block[]} row
 * @returns {string[][]}
 */
function choices([first, ...others], columns = COLUMNS.full) {
  if (!first) {
    return columns === 0 ? [[]] : [];
  }
  const wider = SIZES.slice(SIZES.indexOf(first.size));
  return (first.isElastic ? wider : [first.size])
    .filter((size) => COLUMNS[size] <= columns)
    .flatMap((size) => choices(others, columns - COLUMNS[size]).map((rest) => [size, ...rest]));
}

/** @param {Block[]} row */
function filledRow(row) {
  const change = (/** @type {string[]} */ sizes) =>
    sizes.reduce((sum, size, index) => sum + (COLUMNS[size] / COLUMNS[row[index].size]) ** 2, 0);
  const full = choices(row);
  return full.length
    ? full.reduce((best, sizes) => (change(sizes) < change(best) ? sizes : best))
    : row.map(({ size }) => size);
}

/**
 * The sizes, as close to the given ones as fills all rows.
 * @param {Block[]} blocks
 */
export const filled = (blocks) => rowsOf(blocks).flatMap(filledRow);

/**
 * The sizes of the panels as the board shows them. Lists that share a place have one size.
 * @param {State} state
 * @param {Map<string, Placed>} placed
 */
export function sizesOf({ items, isSized }, placed) {
  if (isSized) {
    return items.map(({ size }) => size);
  }
  /** @type {(Block & { group: string | null, count: number })[]} */
  const blocks = [];
  for (const { key, size } of items) {
    const { isElastic, group } = /** @type {Placed} */ (placed.get(key));
    const before = blocks[blocks.length - 1];
    if (before && group !== null && before.group === group) {
      before.count += 1;
    } else {
      blocks.push({ size, isElastic, group, count: 1 });
    }
  }
  return filled(blocks).flatMap((size, index) => Array(blocks[index].count).fill(size));
}

/**
 * The items with the sizes that are seen, so that choosing one size or place changes no other panel. Two or
 * three numbers share a row where sizes are not chosen: `.grid.auto` of board.css.
 * @param {State} state
 * @param {Map<string, Placed>} placed
 * @returns {State}
 */
export function frozen(state, placed) {
  if (state.isSized) {
    return state;
  }
  const sizes = sizesOf(state, placed);
  const quarters = sizes.filter((size) => size === "quarter").length;
  const quarter = ["half", "half", "half", "third"][quarters] ?? "quarter";
  /** @param {Item} item @param {number} index */
  const asSeen = (item, index) => ({
    ...item,
    size: sizes[index] === "quarter" ? quarter : sizes[index],
  });
  return { items: state.items.map(asSeen), isSized: true };
}
