// @ts-check
// The visible part of the frame, which is as high as its board. embed.css places dialogs and enlarged
// panels in this part, and menus are moved up into it. Until the parent page reports the visible part,
// the whole frame counts as visible.
import { all } from "../board/page/page.js";

const LEAST = 320; // pixels that a panel needs, even if less is visible
const EDGE = 8;
const MENUS = ".panel-menu, .floating:not(.rising), details[open] > .menu";
const root = document.documentElement;

/** @type {{ top: number, height: number } | null} */
let visible = null;

/** @param {{ top: number, height: number }} part */
export function setVisiblePart(part) {
  if (part.height <= 0) {
    return;
  }
  const height = Math.min(window.innerHeight, Math.max(LEAST, part.height));
  const top = Math.max(0, Math.min(part.top, window.innerHeight - height));
  visible = { top, height };
  root.dataset.seen = "true";
  root.style.setProperty("--seen-top", `${top}px`);
  root.style.setProperty("--seen-height", `${height}px`);
  moveMenus();
}

function moveMenus() {
  if (!visible) {
    return;
  }
  const { top, height } = visible;
  for (const menu of all(MENUS)) {
    menu.style.translate = "";
    const box = menu.getBoundingClientRect();
    const over = box.bottom - (top + height - EDGE);
    const room = box.top - top - EDGE;
    if (over > 0 && room > 0) {
      menu.style.translate = `0 ${-Math.min(over, room)}px`;
    }
  }
}

for (const name of ["keydown", "click"]) {
  document.addEventListener(name, () => setTimeout(moveMenus));
}
