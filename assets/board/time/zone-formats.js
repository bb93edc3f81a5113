// @ts-check
// Formats of moments in zones. Making one takes long, so each is made once.

/**
 * Return a function that returns the format for a zone.
 * @param {Intl.DateTimeFormatOptions} options
 * @returns {(zone: string) => Intl.DateTimeFormat}
 */
export function formatByZone(options) {
  /** @type {Map<string, Intl.DateTimeFormat>} */
  const formats = new Map();
  return (zone) => {
    const format =
      formats.get(zone) ?? new Intl.DateTimeFormat("en-US", { timeZone: zone, ...options });
    formats.set(zone, format);
    return format;
  };
}
