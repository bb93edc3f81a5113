// @ts-check
// The choice of light mode, dark mode, or the system's. It is stored in this browser, and applied before
// the first paint (web/http/inline.py).
import { all, closest } from "../board/page/page.js";
import { store } from "../board/page/storage.js";

const root = document.documentElement;
const SYSTEM = "system";

function showChoice() {
  const chosen = root.dataset.theme ?? SYSTEM;
  for (const button of all("[data-look]")) {
    button.setAttribute("aria-pressed", String(button.dataset.look === chosen));
  }
}

document.addEventListener("click", (event) => {
  const theme = closest(event, "[data-look]")?.dataset.look;
  if (!theme) {
    return;
  }
  if (theme === SYSTEM) {
    delete root.dataset.theme;
  } else {
    root.dataset.theme = theme;
  }
  store("theme", theme === SYSTEM ? null : theme);
  showChoice();
});

showChoice();
