// @ts-check
// Marks of events in a chart. If there are many, they are hidden until a viewer clicks the button.
/** @import { Figure, Trace } from "../../types" */
import { closest, find, panelOf, panels } from "../page/page.js";
import { refreshed } from "../page/signals.js";
import { plotIn } from "./plot.js";

const BUTTON = "[data-do=marks]";

/** @param {Trace} trace */
const isMarks = (trace) => trace.uid === "marks";

/**
 * Show the marks of a figure that is about to be drawn, if the panel shows them.
 * @param {HTMLElement} plot
 * @param {Figure | undefined} figure
 */
export function showMarks(plot, figure) {
  const marks = figure?.data?.find(isMarks);
  if (marks && panelOf(plot)?.dataset.marks) {
    marks.visible = true;
  }
}

/** @param {HTMLElement} panel */
function updateButton(panel) {
  find(BUTTON, panel)?.setAttribute("aria-pressed", String(Boolean(panel.dataset.marks)));
}

/** @param {HTMLElement} panel */
function toggle(panel) {
  if (panel.dataset.marks) {
    delete panel.dataset.marks;
  } else {
    panel.dataset.marks = "true";
  }
  updateButton(panel);
  const plot = plotIn(panel);
  const trace = plot ? plot.data.findIndex(isMarks) : -1;
  if (plot && trace >= 0) {
    window.Plotly.restyle(plot, { visible: Boolean(panel.dataset.marks) }, [trace]);
  }
}

document.addEventListener("click", (event) => {
  const button = closest(event, BUTTON);
  if (button) {
    toggle(panelOf(button));
  }
});

refreshed.on(() => setTimeout(() => panels().forEach(updateButton)));
