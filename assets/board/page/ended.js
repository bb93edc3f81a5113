// @ts-check
// The end of a board: it was deleted, or the viewer lost access. Removes its content and stops requests.

import { plotIn } from "../chart/plot.js";
import { setProps } from "../dash/dash.js";
import { embed } from "./handover.js";
import { word } from "./island.js";
import { all, board, get, make, panels } from "./page.js";

let hasEnded = false;

/** Whether the board has ended. */
export const isEnded = () => hasEnded;

/**
 * End the board, and show the reason in a response.
 * @param {Response} response
 */
export async function endWith(response) {
  if (embed) {
    embed.end();
    return;
  }
  if (hasEnded) {
    return;
  }
  hasEnded = true;
  const answer = await response.json().catch(() => null);
  removeNumbers();
  showEnd(answer?.error?.message ?? "");
}

/** @param {string} message */
function showEnd(message) {
  const box = make("section", "gone");
  const link = make("a", "btn", word("home"));
  link.href = "/";
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  box.append(make("h2", "", word("gone")), make("p", "", message), link);
  get("#main").appendChild(box);
  box.focus({ preventScroll: true });
}

function removeNumbers() {
  if (board()) {
    setProps("tick", { disabled: true });
  }
  get("#react-entry-point").hidden = true;
  for (const element of all(".boot, dialog")) {
    element.remove();
  }
  for (const element of all("[inert]")) {
    element.inert = false;
  }
  document.documentElement.classList.remove("has-large");
  for (const panel of panels()) {
    const slug = panel.dataset.panel ?? "";
    setProps({ type: "body", slug }, { children: null });
    if (plotIn(panel)) {
      setProps({ type: "figure", slug }, { figure: { data: [], layout: {} } });
    }
  }
}
