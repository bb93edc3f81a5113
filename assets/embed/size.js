// @ts-check
// Tells the page around how high the board is: on the screen, and on narrow and on wide paper. While the
// board is printed nothing is told.
import { get } from "../board/page.js";
import { embeddedBoard } from "./board-link.js";
import { tellParent } from "./parent.js";

let told = "";

export function tellSize() {
  if (document.documentElement.classList.contains("has-large")) {
    return; // a large panel leaves the flow for a moment
  }
  const height = Math.ceil(get("#main").getBoundingClientRect().height);
  const paper = embeddedBoard()?.heightsOnPaper();
  const size = JSON.stringify({ height, paper });
  if (height && paper !== null && size !== told) {
    told = size;
    tellParent("resize", { height, ...(paper && { paper }) });
  }
}

new ResizeObserver(tellSize).observe(get("#main"));
