"""Measurements of a page: elements that are cut off, that overflow, or that overlap."""

from playwright.sync_api import Page

WIDTHS = (320, 360, 390, 480, 560, 640, 699, 720, 768, 820, 880, 928, 1000, 1024, 1100, 1180, 1280, 1440, 1920, 2560)  # fmt: skip

# Elements wider than the page, and controls of which a part cannot be seen or clicked. Elements that
# scroll, and text with an ellipsis and its full text as a title, are not cut off.
_CUT_ELEMENTS = """() => {
  const faults = [], room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) faults.push(`page: ${document.documentElement.scrollWidth}`);
  const describe = (element) => `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 30)}`;
  const isExempt = (element) => element.closest(".tabs, .chips, .with, .sr, .cursor, .plot, pre, [hidden], .dash-dropdown-wrapper");
  const isVisible = (element) => element.getClientRects().length && getComputedStyle(element).visibility === "visible";
  for (const element of document.querySelectorAll("main *, header *")) {
    if (!isVisible(element) || isExempt(element) || element.closest("details:not([open]) > :not(summary)")) continue;
    const box = element.getBoundingClientRect();
    if (box.width && (box.right > room + 1 || box.left < -1)) faults.push(`beyond the page: ${describe(element)}`);
  }
  const controls = ".bar button, .bar summary, .bar .switch, .dash-dropdown-value, .fresh, header summary, .more, .legend-do, .val, .delta";
  for (const element of document.querySelectorAll(controls)) {
    if (!isVisible(element) || element.matches(".tabs *, .chips *") || element.closest("details:not([open]) > :not(summary)")) continue;
    const shortened = element.querySelector(".name, .zone-name");
    if (!shortened && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline") faults.push(`cut: ${describe(element)}`);
    const box = element.getBoundingClientRect();
    for (let ancestor = element.parentElement; ancestor !== document.body; ancestor = ancestor.parentElement) {
      const outer = ancestor.getBoundingClientRect();
      if (getComputedStyle(ancestor).overflowX !== "visible" && outer.width && box.right > outer.right + 1) faults.push(`cut by ${describe(ancestor)}: ${describe(element)}`);
    }
  }
  return faults; }"""

# For each row of number panels, the different vertical positions of titles, numbers, and changes.
_POSITIONS_BY_ROW = """() => { const rows = {};
  for (const card of document.querySelectorAll(".panel.kpi")) {
    const top = card.getBoundingClientRect().top;
    (rows[top] = rows[top] || []).push([...card.querySelectorAll("h2, .val, .dl")].map((element) => Math.round(element.getBoundingClientRect().top)).join());
  }
  return Object.values(rows).map((row) => [...new Set(row)]); }"""

# Axis labels and marks whose boxes overlap, and labels that are cut off.
_OVERLAPS = """() => { const faults = [];
  const boxOf = (element) => element.getBoundingClientRect();
  const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  for (const plot of document.querySelectorAll(".js-plotly-plot")) {
    const labels = [...plot.querySelectorAll(".xtick text")].filter((element) => element.style.visibility !== "hidden");
    const marks = [...plot.querySelectorAll('.trace[class*="tracemarks"] .point')];
    const { left, right } = boxOf(plot);
    for (const label of labels) if (boxOf(label).left < left - 1 || boxOf(label).right > right + 1) faults.push(`${label.textContent} is cut`);
    labels.forEach((label, n) => [...labels.slice(n + 1), ...marks].forEach((other) => {
      if (overlap(boxOf(label), boxOf(other))) faults.push(`${label.textContent} and ${other.textContent || "a mark"}`);
    }));
  }
  return faults; }"""

_LONG_NAME = "Donaudampfschifffahrtsgesellschaft Unternehmensbereich Quali"  # 60 characters
# Give panels, series, columns, and rows this name and a number.
_GIVE_LONG_NAMES = """(name) => {
  const rename = (selector, longest) => document.querySelectorAll(selector).forEach((element, n) => {
    const walk = document.createTreeWalker(element, NodeFilter.SHOW_TEXT); let last = null;
    while (walk.nextNode()) if (walk.currentNode.data.trim()) last = walk.currentNode;
    if (last) last.data = name.slice(0, longest) + n; });
  for (const plot of document.querySelectorAll(".js-plotly-plot")) plot.layout.meta?.series.forEach((series, n) => { series.name = name + n; });
  rename(".panel h2, .legend li, .foot, .fn > span, .toplist tbody tr:not(.others) > th, .events td:nth-child(2)", 60);
  rename(".toplist thead th, .events thead th, .goal p span, .vs", 30); }"""
# Lines of text in panels that overlap, or that are cut without a title that has the whole text. Text that
# scrolls, and text that only screen readers get, is left out.
_UNREADABLE_TEXTS = """() => { const faults = new Set();
  const isShown = (element) => getComputedStyle(element).visibility === "visible" && getComputedStyle(element).color !== "rgba(0, 0, 0, 0)";
  const frameOf = (element, panel) => {
    const frame = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity, scrolls: false, isHidden: false };
    for (let outer = element; outer !== panel.parentElement && !frame.scrolls; outer = outer.parentElement) {
      const overflow = getComputedStyle(outer).overflowX, box = outer.getBoundingClientRect();
      if (overflow === "visible" && outer !== panel) continue;
      frame.isHidden ||= box.width <= 1;
      frame.scrolls = overflow === "auto" || overflow === "scroll";
      for (const side of ["left", "top"]) frame[side] = Math.max(frame[side], box[side]);
      for (const side of ["right", "bottom"]) frame[side] = Math.min(frame[side], box[side]);
    }
    return frame; };
  for (const panel of document.querySelectorAll(".panel")) {
    const lines = [], walk = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT), range = document.createRange();
    while (walk.nextNode()) {
      const node = walk.currentNode, parent = node.parentElement;
      if (!node.data.trim() || parent.closest(".sr, .plot, .cursor, [hidden]") || !isShown(parent)) continue;
      const frame = frameOf(parent, panel), text = `${panel.dataset.panel}: ${node.data.trim().slice(0, 24)}`;
      if (frame.isHidden) continue;
      range.selectNodeContents(node);
      for (const box of [...range.getClientRects()].filter((box) => box.width)) {
        const isCut = box.right > frame.right + 1.5 || box.left < frame.left - 1.5;
        if (isCut && !frame.scrolls && !parent.closest("[title]")) faults.add(`cut: ${text}`);
        const [left, right] = [Math.max(box.left, frame.left), Math.min(box.right, frame.right)];
        const [top, bottom] = [Math.max(box.top, frame.top), Math.min(box.bottom, frame.bottom)];
        if (left < right && top < bottom) lines.push({ left, right, top, bottom, text, node });
      }
    }
    lines.forEach((a, n) => lines.slice(n + 1).forEach((b) => {
      const isApart = a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 3 || b.bottom <= a.top + 3;
      if (a.node !== b.node && !isApart) faults.add(`overlap: ${a.text} and ${b.text}`);
    }));
  }
  return [...faults]; }"""

# Wait until the charts are as wide as their panels and the layout that follows is done.
_SETTLED = """() => new Promise((done) => { let triesLeft = 60, stableChecks = 0;
  const check = () => {
    const isFit = [...document.querySelectorAll(".js-plotly-plot")].every((plot) =>
      !plot.clientWidth || Math.abs(plot.querySelector(".main-svg").clientWidth - plot.clientWidth) <= 1);
    stableChecks = isFit ? stableChecks + 1 : 0;
    if (stableChecks > 3 || (triesLeft -= 1) < 0) { requestAnimationFrame(() => requestAnimationFrame(done)); } else { setTimeout(check, 40); }
  };
  check(); })"""

_BAR_WIDTHS = """() => [...document.querySelectorAll(".barlayer .point path")].map((element) => element.getBoundingClientRect().width)"""
_SPARKLINE_WIDTHS = """() => [...document.querySelectorAll(".spark svg")].map((element) => element.getBoundingClientRect().width)"""


def resize(page: Page, width: int, height: int = 900) -> None:
    """Resize the window, and wait until everything is drawn for the new size."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(_SETTLED)


def cut_elements(page: Page) -> list[str]:
    return list(dict.fromkeys(page.evaluate(_CUT_ELEMENTS)))


def uneven_rows(page: Page) -> list[list[str]]:
    """Return the rows of number panels whose contents start at different heights."""
    return [row for row in page.evaluate(_POSITIONS_BY_ROW) if len(row) > 1]


def overlaps(page: Page) -> list[str]:
    return list(page.evaluate(_OVERLAPS))


def give_long_names(page: Page) -> None:
    """Give panels, series, columns, and rows names of 60 characters."""
    page.evaluate(_GIVE_LONG_NAMES, _LONG_NAME)


def unreadable_texts(page: Page) -> list[str]:
    return list(page.evaluate(_UNREADABLE_TEXTS))


def wide_bars(page: Page) -> list[float]:
    return [width for width in page.evaluate(_BAR_WIDTHS) if width > 29]


def narrow_sparklines(page: Page) -> list[float]:
    return [width for width in page.evaluate(_SPARKLINE_WIDTHS) if 0 < width < 64]
