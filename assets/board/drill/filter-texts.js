// @ts-check
// Filters as URL parameters, as in domain/access/filters.py. Uses no DOM, so that tests can run it in Node.

const LOOKS_ESCAPED = /^=*!/;

/**
 * The filter for a value of a field.
 * @param {string} field
 * @param {string} value
 */
export const filterOf = (field, value) =>
  `${field}:${LOOKS_ESCAPED.test(value) ? "=" : ""}${value}`;

/**
 * The filter for everything but what another filter keeps.
 * @param {string} filter
 */
export function without(filter) {
  const colon = filter.indexOf(":");
  const written = filter.slice(colon + 1);
  const value = LOOKS_ESCAPED.test(written) ? written.slice(1) : written;
  return `${filter.slice(0, colon)}:!${value}`;
}
