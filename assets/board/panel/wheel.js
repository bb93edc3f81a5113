// @ts-check
// Lets a vertical mouse wheel scroll overflowing rows of chips and tabs sideways.
import { closest } from "../page/page.js";

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
