"""What a page looks like, in numbers: what is cut, what lies beyond its place, what lies on what."""

from playwright.sync_api import Page

WIDTHS = (320, 360, 390, 480, 560, 640, 699, 720, 768, 820, 880, 928, 1000, 1024, 1100, 1180, 1280, 1440, 1920, 2560)  # fmt: skip

# What is wider than the page, and controls of which a part cannot be seen or pressed. What scrolls
# by itself and what ends in dots, with its whole text as a title, is not cut.
_CUT = """() => {
  const found = [], room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > room) found.push(`page: ${document.documentElement.scrollWidth}`);
  const name = (one) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 30)}`;
  const scrolls = (one) => one.closest(".tabs, .chips, .with, .sr, .cursor, .plot, pre, [hidden], .dash-dropdown-wrapper");
  const shown = (one) => one.getClientRects().length && getComputedStyle(one).visibility === "visible";
  for (const one of document.querySelectorAll("main *, header *")) {
    if (!shown(one) || scrolls(one) || one.closest("details:not([open]) > :not(summary)")) continue;
    const box = one.getBoundingClientRect();
    if (box.width && (box.right > room + 1 || box.left < -1)) found.push(`beyond the page: ${name(one)}`);
  }
  const controls = ".bar button, .bar summary, .bar .switch, .dash-dropdown-value, .fresh, header summary, .more, .legend-do, .val, .delta";
  for (const one of document.querySelectorAll(controls)) {
    if (!shown(one) || one.matches(".tabs *, .chips *") || one.closest("details:not([open]) > :not(summary)")) continue;
    const dots = one.querySelector(".name, .zone-name");
    if (!dots && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline") found.push(`cut: ${name(one)}`);
    const box = one.getBoundingClientRect();
    for (let around = one.parentElement; around !== document.body; around = around.parentElement) {
      const outer = around.getBoundingClientRect();
      if (getComputedStyle(around).overflowX !== "visible" && outer.width && box.right > outer.right + 1) found.push(`cut by ${name(around)}: ${name(one)}`);
    }
  }
  return found; }"""

# Of all numbers in one row, the places at which titles, numbers and changes begin.
_HEIGHTS = """() => { const rows = {};
  for (const card of document.querySelectorAll(".panel.kpi")) {
    const top = card.getBoundingClientRect().top;
    (rows[top] = rows[top] || []).push([...card.querySelectorAll("h2, .val, .dl")].map((one) => Math.round(one.getBoundingClientRect().top)).join());
  }
  return Object.values(rows).map((row) => [...new Set(row)]); }"""

# Labels below the axes and marks on them, as boxes.
_OVERLAPS = """() => { const found = [];
  const box = (one) => one.getBoundingClientRect();
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  for (const plot of document.querySelectorAll(".js-plotly-plot")) {
    const labels = [...plot.querySelectorAll(".xtick text")].filter((one) => one.style.visibility !== "hidden");
    const marks = [...plot.querySelectorAll('.trace[class*="tracemarks"] .point')];
    labels.forEach((label, n) => [...labels.slice(n + 1), ...marks].forEach((other) => {
      if (meet(box(label), box(other))) found.push(`${label.textContent} and ${other.textContent || "a mark"}`);
    }));
  }
  return found; }"""

# Until the charts are as wide as their panels, and what waits for that has been done.
_SETTLED = """() => new Promise((done) => { let left = 60, calm = 0;
  const look = () => {
    const isFit = [...document.querySelectorAll(".js-plotly-plot")].every((plot) =>
      !plot.clientWidth || Math.abs(plot.querySelector(".main-svg").clientWidth - plot.clientWidth) <= 1);
    calm = isFit ? calm + 1 : 0;
    if (calm > 3 || (left -= 1) < 0) { requestAnimationFrame(() => requestAnimationFrame(done)); } else { setTimeout(look, 40); }
  };
  look(); })"""

_BARS = """() => [...document.querySelectorAll(".barlayer .point path")].map((one) => one.getBoundingClientRect().width)"""
_SPARKS = """() => [...document.querySelectorAll(".spark svg")].map((one) => one.getBoundingClientRect().width)"""


def resize(page: Page, width: int, height: int = 900) -> None:
    """As wide as that, with everything drawn for it."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(_SETTLED)


def cut(page: Page) -> list[str]:
    return list(dict.fromkeys(page.evaluate(_CUT)))


def uneven(page: Page) -> list[list[str]]:
    """Rows of numbers that do not begin at the same heights."""
    return [row for row in page.evaluate(_HEIGHTS) if len(row) > 1]


def overlaps(page: Page) -> list[str]:
    return list(page.evaluate(_OVERLAPS))


def wide_bars(page: Page) -> list[float]:
    return [width for width in page.evaluate(_BARS) if width > 29]


def narrow_sparks(page: Page) -> list[float]:
    return [width for width in page.evaluate(_SPARKS) if 0 < width < 64]
