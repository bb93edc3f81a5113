// @ts-check
// The keys of a presentation.
import { closest, find } from "../board/page/page.js";

const SCROLLING = ["Tab", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} strip the controls
 * @param {{ leave(): void, move(direction: 1 | -1): void, pause(): void }} actions
 */
export function pressKey(event, strip, { leave, move, pause }) {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || find("details[open]", strip)) {
    return;
  }
  event.stopPropagation(); // from the board's own shortcuts
  const isChoosing = closest(event, "select");
  if (key === "Escape" || (key === "f" && !isChoosing)) {
    leave();
  } else if ((key === "ArrowRight" || key === "ArrowLeft") && !isChoosing) {
    move(key === "ArrowRight" ? 1 : -1);
  } else if (SCROLLING.includes(key) || closest(event, ".strip")) {
    return; // what keys do by themselves
  } else if (key === " ") {
    pause();
  }
  event.preventDefault();
}
