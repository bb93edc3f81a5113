// @ts-check
// The board of the page, which connects itself once it is there. What was asked of it before waits.
/** @import { EmbeddedBoard } from "../types" */

/** @type {EmbeddedBoard | null} */
let connected = null;
/** @type {Map<string, (board: EmbeddedBoard) => void>} */
const waiting = new Map();

/** The board; null until it is there. */
export const embeddedBoard = () => connected;

/**
 * Do something with the board, at once or as soon as it is there. Of what waits, the last of each name
 * is done.
 * @param {string} name
 * @param {(board: EmbeddedBoard) => void} act
 */
export function withBoard(name, act) {
  if (connected) {
    act(connected);
  } else {
    waiting.set(name, act);
  }
}

/** @param {EmbeddedBoard} board */
export function connectBoard(board) {
  connected = board;
}

/** Do what has waited, in the order of these names. */
export function doWaiting(/** @type {string[]} */ ...names) {
  for (const name of names) {
    if (connected) {
      waiting.get(name)?.(connected);
    }
  }
  waiting.clear();
}
