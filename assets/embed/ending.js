// @ts-check
// The end of an embedded board: hides it, and shows a message that says how to see it again.
import { word } from "../board/page/island.js";
import { get, make } from "../board/page/page.js";

export function showEnd() {
  const box = get("#ended");
  box.replaceChildren(make("strong", "", word("ended")), make("p", "", word("reload")));
  box.hidden = false;
  get("#react-entry-point").hidden = true;
}

export function hideEnd() {
  get("#ended").hidden = true;
  get("#react-entry-point").hidden = false;
}
