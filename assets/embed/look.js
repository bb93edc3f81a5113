// @ts-check
// The theme of an embedded board: that of its token, or one from the parent page.
/** @import { Theme } from "../types" */
import { setSeriesColors } from "./series.js";

const root = document.documentElement;
const sheet = document.head.appendChild(document.createElement("style"));

/** @type {Theme | null} */
let shown = null;
/** Whether the parent page is dark; media queries in a frame may give another result (Media Queries 5, 11.5). @type {boolean | null} */
let prefersDark = null;

/**
 * @param {string} selector
 * @param {Record<string, string>} variables
 */
function rule(selector, variables) {
  const lines = Object.entries(variables).map(([name, value]) => `${name}:${value};`);
  return lines.length ? `${selector}{${lines.join("")}}` : "";
}

/** @param {Theme} theme */
export function applyTheme(theme) {
  const { variables, series } = theme;
  const dark = rule(":root:not([data-theme=light])", variables.dark);
  shown = theme;
  setMode();
  sheet.textContent = [
    rule(":root.embed", variables.all),
    rule(":root", variables.light),
    dark && `@media screen and (prefers-color-scheme:dark){${dark}}`,
    `@media screen{${rule(":root[data-theme=dark]", variables.dark)}}`, // paper is light
    ...(series.own ? series.drawn.map(replaced) : []),
  ].join("");
  setSeriesColors(series);
}

/**
 * A CSS rule that shows the nth default color of figures as the nth color of the theme.
 * @param {string} hex
 * @param {number} n
 */
function replaced(hex, n) {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const rgb = `rgb(${parts.join(", ")})`;
  return ["stroke", "fill", "background"]
    .map((name) => {
      const selector = `[style*='${name}: ${rgb}'],[${name}='${rgb}']`;
      return `${selector}{${name}:var(--chart-${n + 1})!important}`;
    })
    .join("");
}

/** @param {boolean} isDark */
export function setPreference(isDark) {
  prefersDark = isDark;
  if (shown) {
    setMode();
  }
}

function setMode() {
  const isSystemDark = window.matchMedia("(prefers-color-scheme:dark)").matches;
  if (shown && shown.mode !== "auto") {
    root.dataset.theme = shown.mode;
  } else if (prefersDark !== null && prefersDark !== isSystemDark) {
    root.dataset.theme = prefersDark ? "dark" : "light";
  } else {
    delete root.dataset.theme;
  }
}
