// @ts-check
// Draws what the server has drawn: a tree of elements, and a figure. The board's components do the work.
/** @import { Preview } from "./types" */
import { make } from "../board/page/page.js";
import { text } from "./texts.js";

/** What the board's page has on `window`. @type {any} */
const page = window;

/**
 * Put a tree of plain elements into an element.
 * @param {HTMLElement} target
 * @param {unknown[]} tree
 */
function drawTree(target, tree) {
  const component = page.React.createElement(page.dashapp_ui.Markup, { tree });
  page.ReactDOM.createRoot(target).render(component);
}

/**
 * The figure without axes, for a small picture.
 * @param {any} figure
 */
function bare(figure) {
  const { layout } = figure;
  return {
    data: figure.data,
    layout: {
      ...layout,
      annotations: [],
      showlegend: false,
      meta: null,
      margin: { l: 2, r: 6, t: 4, b: 2 },
      xaxis: { ...layout.xaxis, visible: false },
      yaxis: { ...layout.yaxis, visible: false },
    },
  };
}

/**
 * @param {HTMLElement} target
 * @param {any} figure
 */
function drawFigure(target, figure) {
  const config = { staticPlot: true, displayModeBar: false, responsive: true };
  const { meta, margin } = figure.layout;
  // Names at the ends of lines need a panel of the board: here, the legend names them.
  const legend = meta?.ends ? { meta: { ...meta, ends: false }, margin: { ...margin, r: 18 } } : {};
  page.Plotly.newPlot(target, { ...figure, layout: { ...figure.layout, ...legend }, config });
}

/** @param {Preview} preview */
const note = (preview) =>
  make("p", "edit-note", text(preview.state === "empty" ? "noData" : "noPreview"));

/**
 * Fill a small picture of a panel.
 * @param {HTMLElement} target
 * @param {Preview} preview
 */
export function drawSmall(target, preview) {
  target.replaceChildren();
  target.className = `card-picture ${preview.css_class}`;
  if (preview.figure) {
    const plot = target.appendChild(make("div", "plot"));
    drawFigure(plot, bare(preview.figure));
  } else if (preview.tree) {
    drawTree(target.appendChild(make("div", "body")), preview.tree);
  } else {
    target.append(note(preview));
  }
}

/**
 * A panel as on a board.
 * @param {Preview} preview
 */
export function panelOf(preview) {
  const panel = make("section", `panel ${preview.size} ${preview.css_class}`);
  panel.dataset.state = preview.state === "ready" ? "ready" : "empty";
  panel.setAttribute("aria-label", preview.title);
  const head = panel.appendChild(make("div", "ph"));
  head.append(make("h2", "", preview.title));
  const body = panel.appendChild(make("div", "body"));
  if (preview.tree) {
    drawTree(body, preview.tree);
  } else if (!preview.figure) {
    body.append(note(preview));
  }
  if (preview.figure) {
    const chart = panel.appendChild(make("div", "chart"));
    const plot = chart.appendChild(make("div", "plot"));
    plot.setAttribute("aria-hidden", "true");
    // Plotly measures the element, which must be on the page.
    requestAnimationFrame(() => drawFigure(plot, preview.figure));
  }
  return panel;
}
