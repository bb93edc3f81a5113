// @ts-check
// A part of a panel's numbers, such as a bar, and what the server says about it.
/** @import { PanelOffer, Value } from "../../types" */
import { opening, word } from "../page/island.js";
import { nameIn, save, viewOf } from "../panel/files.js";
import { numbersOf } from "../panel/metric.js";
import { place } from "../view/navigation.js";
import { sendOwn } from "../view/requests.js";

/**
 * @typedef {object} Part
 * @property {HTMLElement} panel
 * @property {string} name of the series, the row, or the panel
 * @property {string} color of its mark; empty without one
 * @property {string} when the name of its bucket; empty for the whole range
 * @property {string} text its number as it is shown; empty without one
 * @property {Value} count its number if that may be a number of events
 * @property {string | null} filter the board's filter for it
 * @property {string} [metric] one of the panel's metrics
 * @property {string} [value] of the panel's field
 * @property {{ from: string, to: string }} [within] its bucket
 * @property {{ weekday: number, hour: number }} [hour] its hour of the week
 * @property {boolean} [isMixed] whether it has numbers of several metrics
 * @property {boolean} [isWhole] whether it is everything that the panel counts, of its time
 */

/** @typedef {Record<string, unknown>} Row */
/** @typedef {{ rows: Row[], total?: number, after?: string | null }} Answer */

/**
 * What can be looked up behind the numbers of a panel; null for widgets written in Python.
 * @param {HTMLElement} panel
 * @returns {PanelOffer | null}
 */
export const offerOf = (panel) => opening()?.offers[numbersOf(panel)] ?? null;

/**
 * The question about a part, in the view of its panel.
 * @param {Part} part
 * @param {Record<string, unknown>} more
 */
function send(part, more) {
  const { root, org, dashboard } = place();
  const view = viewOf(part.panel);
  const { metric, value, within, hour } = part;
  const body = {
    ...Object.fromEntries(view),
    filter: view.getAll("filter"),
    dashboard,
    panel: numbersOf(part.panel),
    ...{ metric, value, within, hour },
    ...more,
  };
  return sendOwn(`${root}/api/v1/query?org=${org}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/**
 * Ask the server about a part. Throws an error with the server's message.
 * @param {Part} part
 * @param {Record<string, unknown>} more
 * @returns {Promise<Answer>}
 */
export async function ask(part, more) {
  const response = await send(part, more);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(answer.error?.message ?? word("failed"));
  }
  return answer;
}

/**
 * Download all rows of an answer as a file, under the name that the server gives it.
 * @param {Part} part
 * @param {Record<string, unknown>} more
 */
export async function saveRows(part, more) {
  const response = await send(part, { ...more, format: "csv" });
  if (!response.ok) {
    throw new Error(String(response.status));
  }
  const text = await response.text();
  // With the mark by which spreadsheets recognize UTF-8
  const name = nameIn(response) ?? `${part.panel.dataset.panel}.csv`;
  save(new Blob(["\ufeff", text], { type: "text/csv" }), name);
  return { rows: lines(text) - 1, total: Number(response.headers.get("X-Total-Count")) };
}

/**
 * The number of records in a CSV text: a quoted cell can have line breaks.
 * @param {string} text
 */
function lines(text) {
  const plain = text.replace(/"(?:[^"]|"")*"/g, "");
  return plain.split("\r\n").length - 1;
}
