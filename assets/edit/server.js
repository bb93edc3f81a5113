// @ts-check
// The requests of the editor.

import { getInput } from "../board/page/page.js";
import { ask } from "../board/page/server.js";
import { place } from "../board/view/navigation.js";

const VIEW = ["time_range", "from", "to", "as_of", "tz"];

function address(path = "") {
  const { root, org, dashboard } = place();
  return `${root}/app/${org}/${dashboard}/edit${path}`;
}

/** What the editor starts with. */
export const start = () => ask(address());

/** The event types that the org has sent, and their properties. */
export const schema = () => ask(`${place().root}/api/v1/schema?org=${place().org}`);

/**
 * Save a layout.
 * @param {unknown} layout
 */
export function save(layout) {
  const body = new URLSearchParams({
    csrf_token: getInput("input[name=csrf_token]").value,
    layout: JSON.stringify(layout),
  });
  return ask(address(), { method: "POST", body });
}

/**
 * Draw panels in the range that the board shows.
 * @param {unknown[]} panels
 * @param {AbortSignal} [signal]
 */
export function preview(panels, signal) {
  const shown = new URLSearchParams(location.search);
  const view = new URLSearchParams([...shown].filter(([name]) => VIEW.includes(name)));
  return ask(`${address("/preview")}?${view}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ panels }),
    signal,
  });
}
