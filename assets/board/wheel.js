// @ts-check
// Rows that are longer than their place scroll sideways with a wheel that turns one way only.
import { closest } from "./page.js";

document.addEventListener(
  "wheel",
  (event) => {
    const row = closest(event, ".chips, .tabs");
    if (!row || event.deltaX) {
      return;
    }
    const before = row.scrollLeft;
    row.scrollLeft += event.deltaY;
    if (row.scrollLeft !== before) {
      event.preventDefault();
    }
  },
  { passive: false },
);
