// @ts-check
// Events between modules. Listeners are called in the order in which they were added.

/**
 * @template T
 * @returns {{ on(listener: (value: T) => void): void, emit(value: T): void }}
 */
function signal() {
  /** @type {((value: T) => void)[]} */
  const listeners = [];
  return {
    on: (listener) => {
      listeners.push(listener);
    },
    emit: (value) => {
      for (const listener of listeners) {
        listener(value);
      }
    },
  };
}

/** @typedef {ReturnType<typeof signal<void>>} Signal */

/** The board has been drawn, with its first numbers. @type {Signal} */
export const opened = signal();
/** New numbers have arrived; charts may not have been drawn yet. @type {Signal} */
export const refreshed = signal();
/** A panel has been made large. @type {ReturnType<typeof signal<HTMLElement>>} */
export const enlarged = signal();
/** The large panel has been put back. @type {ReturnType<typeof signal<HTMLElement>>} */
export const shrunk = signal();
/** A chart has been drawn. @type {Signal} */
export const drawn = signal();
/** A refresh is being requested. @type {Signal} */
export const requested = signal();
/** A refresh has ended, with a response, or null if there was none. @type {ReturnType<typeof signal<Response | null>>} */
export const answered = signal();
/** Refreshes have begun to fail, or work again. @type {Signal} */
export const connectionChanged = signal();
