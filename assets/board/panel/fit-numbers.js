// @ts-check
// Shrinks numbers that are wider than their card, so that they are never cut off.
import { all } from "../page/page.js";

const SMALLEST = 4; // the last size in board.css

export function fitNumbers() {
  for (const value of all(".kpi .val")) {
    delete value.dataset.fit;
    for (let size = 1; size <= SMALLEST && value.scrollWidth > value.clientWidth; size += 1) {
      value.dataset.fit = String(size);
    }
  }
}

window.addEventListener("resize", fitNumbers);
