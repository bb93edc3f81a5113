// @ts-check
// Sends the height of the board to the parent page: on the screen, and on narrow and wide paper. Sends
// nothing while the board is printed.
import { get } from "../board/page/page.js";
import { embeddedBoard } from "./board-link.js";
import { tellParent } from "./parent.js";

let lastSize = "";

export function tellSize() {
  if (document.documentElement.classList.contains("has-large")) {
    return; // an enlarged panel is temporarily not part of the layout
  }
  const height = Math.ceil(get("#main").getBoundingClientRect().height);
  const paper = embeddedBoard()?.heightsOnPaper();
  const size = JSON.stringify({ height, paper });
  if (height && paper !== null && size !== lastSize) {
    lastSize = size;
    tellParent("resize", { height, ...(paper && { paper }) });
  }
}

new ResizeObserver(tellSize).observe(get("#main"));
