// @ts-check
// Promises for waiting.

/** @param {number} milliseconds */
export const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * A promise that never settles, for requests whose caller must not continue.
 * @returns {Promise<never>}
 */
export const never = () => new Promise(() => {});
