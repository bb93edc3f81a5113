// @ts-check
// Numbers as the server writes them: grouped in every language, changes with one decimal.
// A browser test compares both.

const NO_CHANGE = 0.0005; // smaller changes would be written as 0.0%
const WHOLE_PERCENT = 10; // changes from this share on have no decimals

/**
 * @param {number} value
 * @param {Intl.NumberFormatOptions} [options]
 */
function format(value, options) {
  const { lang } = document.documentElement;
  return new Intl.NumberFormat(lang, { useGrouping: "always", ...options }).format(value);
}

/** @param {number} value */
export const number = (value) => format(value);

/**
 * @param {number} share
 * @param {number} places
 */
function percent(share, places) {
  return format(share, {
    style: "percent",
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
}

/**
 * @param {number} now
 * @param {number} before
 */
export function change(now, before) {
  if (now === before) {
    return `±${percent(0, 0)}`;
  }
  if (!before) {
    return `+${number(now)}`;
  }
  const share = Math.abs(now - before) / before;
  if (share < NO_CHANGE) {
    return `±${percent(0, 0)}`;
  }
  return (now > before ? "+" : "−") + percent(share, share >= WHOLE_PERCENT ? 0 : 1);
}
