// @ts-check
// The link to the board of the page. Actions that need the board wait until it has connected itself.
/** @import { EmbeddedBoard } from "../types" */

/** @type {EmbeddedBoard | null} */
let connected = null;
/** @type {Map<string, (board: EmbeddedBoard) => void>} */
const waiting = new Map();

/** The board; null until it has connected itself. */
export const embeddedBoard = () => connected;

/**
 * Run an action on the board, now or as soon as it is connected. A waiting action replaces an earlier
 * one with the same name.
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

/** Run the waiting actions with these names, in this order. */
export function runWaiting(/** @type {string[]} */ ...names) {
  for (const name of names) {
    if (connected) {
      waiting.get(name)?.(connected);
    }
  }
  waiting.clear();
}
