// @ts-check
// The texts of the editor, which come with what it starts with.

/** @type {Record<string, string>} */
let texts = {};

/** @param {Record<string, string>} received */
export function setTexts(received) {
  texts = received;
}

/**
 * A text, with its parts filled in: `{ "%s": "Revenue" }`, or the only part as a text.
 * @param {string} name
 * @param {string | Record<string, string | number>} [parts]
 */
export function text(name, parts = {}) {
  const filled = typeof parts === "string" ? { "%s": parts } : parts;
  return (texts[name] ?? name).replace(/%[a-z]/g, (part) => String(filled[part] ?? part));
}
