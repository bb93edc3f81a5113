// @ts-check
// Shows the dashboards one after the other, while the controls are not used.
import { TURNS, turn } from "./rotation.js";

/**
 * @param {object} turns
 * @param {() => boolean} turns.mayTurn
 * @param {() => void} turns.onTurn
 * @param {(isPaused: boolean) => void} turns.onChange
 */
export function takeTurns({ mayTurn, onTurn, onChange }) {
  let isPaused = false;
  let timer = 0;

  const stop = () => clearTimeout(timer);

  /** Let the shown dashboard have its whole turn. */
  function start() {
    stop();
    onChange(isPaused);
    if (TURNS[turn()] && !isPaused && mayTurn()) {
      timer = window.setTimeout(onTurn, TURNS[turn()]);
    }
  }

  /** @param {boolean} isPausedNow */
  function setPaused(isPausedNow) {
    isPaused = isPausedNow;
    start();
  }

  return {
    start,
    stop,
    togglePause: () => setPaused(!isPaused),
    resume: () => setPaused(false),
  };
}
