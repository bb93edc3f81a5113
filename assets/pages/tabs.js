// @ts-check
// If the tabs of the dashboards do not fit, shows a menu that lists all of them.
import { find } from "../board/page/page.js";

const tabs = find(".tabs");
const menu = find(".places > .all");

function fit() {
  if (!tabs || !menu) {
    return;
  }
  menu.hidden = true;
  menu.hidden = tabs.scrollWidth <= tabs.clientWidth + 1;
  const current = find("[aria-current]", tabs);
  if (!menu.hidden && current) {
    tabs.scrollLeft = current.offsetLeft + (current.offsetWidth - tabs.clientWidth) / 2;
  }
}

fit();
window.addEventListener("resize", fit);
document.fonts.ready.then(fit);
