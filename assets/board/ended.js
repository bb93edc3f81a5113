// @ts-check
// The end: the board is gone, or no longer the viewer's. What it showed is removed, and nothing is
// requested any more.
import { setProps } from "./dash.js";
import { embed } from "./handover.js";
import { word } from "./island.js";
import { all, board, get, make, panels } from "./page.js";
import { plotIn } from "./plot.js";

let over = false;

/** Whether the board has ended. */
export const isOver = () => over;

/**
 * End with the reason that a response gives.
 * @param {Response} response
 */
export async function endWith(response) {
  if (embed) {
    embed.end();
    return;
  }
  if (over) {
    return;
  }
  over = true;
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
