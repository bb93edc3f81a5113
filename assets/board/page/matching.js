// @ts-check
// Finds choices by typed words. Uses no DOM, so that tests can run it in Node.

/**
 * A text without case, accents, and most punctuation.
 * @param {string} text
 */
export const plain = (text) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[\s/_,]+/g, " ")
    .trim()
    .toLowerCase();

/**
 * The choices with all typed words.
 * @template {{ label: string }} T
 * @param {T[]} choices
 * @param {string} query
 * @param {(choice: T) => string} [textOf] the text that is searched; otherwise, the label
 */
export function matching(choices, query, textOf = ({ label }) => label) {
  const words = plain(query).split(" ");
  return choices.filter((choice) => {
    const text = plain(textOf(choice));
    return words.every((word) => text.includes(word));
  });
}
