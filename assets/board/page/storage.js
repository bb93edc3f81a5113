// @ts-check
// Settings in the browser's local storage. If it is unavailable, nothing is stored.

/**
 * The stored value if it is one of `values`; otherwise, the first of them.
 * @param {string} name
 * @param {string[]} values
 */
export function stored(name, values) {
  /** @type {string | null} */
  let value = null;
  try {
    value = localStorage.getItem(`dashapp-${name}`);
    if (value !== null && !values.includes(value)) {
      localStorage.removeItem(`dashapp-${name}`);
    }
  } catch {}
  return value !== null && values.includes(value) ? value : values[0];
}

/**
 * @param {string} name
 * @param {string | null} value null forgets it
 */
export function store(name, value) {
  try {
    if (value === null) {
      localStorage.removeItem(`dashapp-${name}`);
    } else {
      localStorage.setItem(`dashapp-${name}`, value);
    }
  } catch {}
}
