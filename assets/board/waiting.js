// @ts-check
// Waiting times.

/** @param {number} milliseconds */
export const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * A promise that stays pending: for requests whose response nothing should draw.
 * @returns {Promise<never>}
 */
export const never = () => new Promise(() => {});
