// @ts-check
// Downloads a panel as a file, with the range, filters, and moment that the board shows.
import { opening, shown, word } from "../page/island.js";
import { board, make } from "../page/page.js";
import { toast } from "../page/toast.js";
import { parameters, place } from "../view/navigation.js";
import { sendOwn } from "../view/requests.js";
import { numbersOf } from "./metric.js";

const URL_LIFETIME_MS = 60_000; // until the browser has saved the file

/**
 * The range, the comparison, and the filters of a panel, and the moment of its numbers.
 * @param {HTMLElement} panel
 */
export function viewOf(panel) {
  const view = parameters();
  const shownView = new URLSearchParams();
  for (const name of ["from", "to", "tz"]) {
    const value = view.get(name);
    if (value) {
      shownView.set(name, value);
    }
  }
  for (const filter of view.getAll("filter")) {
    shownView.append("filter", filter);
  }
  if (!view.get("from")) {
    shownView.set("time_range", board()?.dataset.timeRange ?? "");
  }
  const comparison = view.get("compare") ?? "";
  if (shown().comparison || comparison === "off") {
    shownView.set("compare", comparison);
  }
  if (numbersOf(panel) !== panel.dataset.panel) {
    shownView.set("metric", numbersOf(panel));
  }
  if (opening()?.hasFreeRanges && panel.dataset.asOf) {
    shownView.set("as_of", panel.dataset.asOf);
  }
  return shownView;
}

/**
 * @param {HTMLElement} panel
 * @param {"csv" | "json"} kind
 */
function urlOf(panel, kind) {
  const { root, org, dashboard } = place();
  const query = viewOf(panel);
  query.set("org", org);
  if (kind === "csv") {
    query.set("bom", "1"); // for the spreadsheet that opens it
  }
  return `${root}/api/v1/dashboards/${dashboard}/panels/${panel.dataset.panel}.${kind}?${query}`;
}

/**
 * @param {HTMLElement} panel
 * @param {"csv" | "json"} kind
 */
export async function download(panel, kind) {
  try {
    const response = await sendOwn(urlOf(panel, kind));
    if (!response.ok) {
      throw new Error(String(response.status));
    }
    save(await response.blob(), nameIn(response) ?? `${panel.dataset.panel}.${kind}`);
  } catch {
    toast(word("notLoaded"));
  }
}

/**
 * The name that the server gives a file.
 * @param {Response} response
 */
export function nameIn(response) {
  const disposition = response.headers.get("Content-Disposition") ?? "";
  const match = /filename\*=UTF-8''([^;]+)/.exec(disposition);
  return match && decodeURIComponent(match[1]);
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const link = make("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), URL_LIFETIME_MS);
}
