// @ts-check
// Printing: while the browser prints, the page has the layout of print.css, and every chart is drawn at
// its size on paper. Afterwards, the page is restored.
/** @import { Plot } from "../../types" */

import { fitLabels } from "../chart/axis-labels.js";
import { marginOf } from "../chart/ends.js";
import { plots } from "../chart/plot.js";
import { all, get } from "./page.js";
import { drawn } from "./signals.js";

const root = document.documentElement;
const paper = window.matchMedia("print");
const NARROW = 640; // the width of a board on portrait paper
const WIDE = 1032; // the width of a board on A4 landscape
const PAGE = 690; // the height of A4 landscape, minus a small reserve
const CHART = 168; // the height of a chart, as in print.css
const MORE = 64; // how much higher a chart may become

/** The scroll position before printing; null while nothing is printed. @type {{ left: number, top: number } | null} */
let scrolled = null;
/** Between `beforeprint` and `afterprint`. */
let isPrinting = false;

// -- Charts ------------------------------------------------------------------------------------------------

const drawnPlots = () => plots().filter((plot) => plot.layout && plot.clientWidth);

/**
 * Draw a chart at the current size of its frame. On paper of another size, it scales with its frame.
 * @param {Plot} plot
 */
function fit(plot) {
  const margin = plot.layout.meta?.ends ? { "margin.r": marginOf(plot, plot.layout) } : {};
  window.Plotly.relayout(plot, { autosize: true, ...margin });
  scale(plot);
  fitLabels(plot); // now: nothing is drawn between this event and the print
}

/** @param {Plot} plot */
function scale(plot) {
  for (const drawing of all(".main-svg", plot)) {
    if (scrolled) {
      const size = `${drawing.getAttribute("width")} ${drawing.getAttribute("height")}`;
      drawing.setAttribute("viewBox", `0 0 ${size}`);
    } else {
      drawing.removeAttribute("viewBox");
    }
  }
}

// -- Printing ----------------------------------------------------------------------------------------------

function begin() {
  if (!scrolled) {
    scrolled = { left: window.scrollX, top: window.scrollY };
    root.classList.add("printing");
    fillPage();
  }
  drawnPlots().forEach(fit);
}

// Make charts higher if a board leaves part of its page empty. Not in a frame, which does not know its
// page.
function fillPage() {
  const rows = new Set(drawnPlots().map((plot) => plot.getBoundingClientRect().top)).size;
  const rest = PAGE - document.body.getBoundingClientRect().height;
  if (window.parent === window && rows && rest >= 0) {
    const height = CHART + Math.min(MORE, Math.floor(rest / rows));
    root.style.setProperty("--chart-paper", `${height}px`);
  }
}

function end() {
  if (!scrolled) {
    return;
  }
  const { left, top } = scrolled;
  scrolled = null;
  root.classList.remove("printing");
  root.style.removeProperty("--chart-paper");
  drawnPlots().forEach(fit);
  window.scrollTo(left, top);
}

window.addEventListener("beforeprint", () => {
  isPrinting = true;
  begin();
});
window.addEventListener("afterprint", () => {
  isPrinting = false;
  end();
});
// While the browser prints, this event means that the width of the paper is known. At other times, it
// means that developer tools emulate printing.
paper.addEventListener("change", () => {
  if (paper.matches) {
    begin();
  } else if (!isPrinting) {
    end();
  }
});

// Scale charts that are drawn while the page is printed.
drawn.on(() => {
  if (scrolled) {
    drawnPlots().forEach(scale);
  }
});

// -- In a frame ----------------------------------------------------------------------------------------------

/**
 * The heights of the board on narrow and on wide paper, which the parent page needs before it prints;
 * null while it prints. Viewers do not see the measurement.
 */
export function heightsOnPaper() {
  if (scrolled || paper.matches) {
    return null; // a frame keeps the paper layout for a moment after its last page
  }
  const { scrollX, scrollY } = window;
  root.classList.add("printing");
  const heights = [NARROW, WIDE].map(heightAt);
  root.classList.remove("printing");
  window.scrollTo(scrollX, scrollY);
  return heights;
}

/** @param {number} width */
function heightAt(width) {
  root.style.setProperty("--paper", `${width}px`);
  const height = Math.ceil(get("#main").getBoundingClientRect().height);
  root.style.removeProperty("--paper");
  return height;
}
