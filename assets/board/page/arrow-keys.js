// @ts-check
// Arrow keys move the focus in a menu; Home and End move it to the ends.

/**
 * Move the focus if a key asks for it. From outside of the items, it moves to the first or the last one.
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} items
 */
export function moveFocus(event, items) {
  const index = items.indexOf(/** @type {HTMLElement} */ (event.target));
  const last = items.length - 1;
  /** @type {Record<string, number>} */
  const targets = {
    ArrowDown: index < last ? index + 1 : 0,
    ArrowUp: index > 0 ? index - 1 : last,
    Home: 0,
    End: last,
  };
  if (Object.hasOwn(targets, event.key) && items.length) {
    items[targets[event.key]].focus();
    event.preventDefault();
  }
}
