// @ts-check
// The states of an edited board: what Undo goes back to.

/** A panel in a state. @typedef {{ key: string, size: string, title: string | null }} Item */
/**
 * `isSized`: someone chose sizes. Otherwise, panels have the sizes that they have by themselves, and fill their
 * rows: what is seen is `sizesOf` of rows.js.
 * @typedef {{ items: Item[], isSized: boolean }} State
 */

/**
 * A history that begins with a state.
 * @param {State} first
 */
export function history(first) {
  const states = [first];
  let index = 0;
  return {
    now: () => states[index],
    /** How many changes there are to save. */
    changes: () => index,
    canUndo: () => index > 0,
    canRedo: () => index < states.length - 1,
    /**
     * Add a state after this one; what was undone is forgotten.
     * @param {State} state
     */
    add(state) {
      states.splice(index + 1, states.length, state);
      index += 1;
    },
    undo() {
      index = Math.max(0, index - 1);
    },
    redo() {
      index = Math.min(states.length - 1, index + 1);
    },
    reset() {
      states.splice(1, states.length);
      index = 0;
    },
  };
}

/**
 * The items with one of them at another place.
 * @param {Item[]} items
 * @param {string} key
 * @param {number} place
 */
export function movedTo(items, key, place) {
  const moved = items.find((item) => item.key === key);
  const others = items.filter((item) => item.key !== key);
  return moved ? [...others.slice(0, place), moved, ...others.slice(place)] : items;
}

/**
 * The items with a change to one of them.
 * @param {Item[]} items
 * @param {string} key
 * @param {Partial<Item>} change
 */
export function changed(items, key, change) {
  return items.map((item) => (item.key === key ? { ...item, ...change } : item));
}
