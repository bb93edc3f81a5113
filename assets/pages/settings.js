// @ts-check
// Settings pages: the header's menus, and buttons that copy what is shown once.
import { all, closest, find, getInput } from "../board/page/page.js";
import "./header.js";

const status = find("#copied");

for (const button of all("[data-copy]")) {
  button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = closest(event, "[data-copy]");
  if (!button) {
    return;
  }
  const input = getInput(`#${button.dataset.copy}`);
  input.select();
  navigator.clipboard?.writeText(input.value).then(
    () => {
      button.textContent = button.dataset.copied ?? "";
      if (status) {
        status.textContent = button.textContent;
      }
    },
    () => {}, // the text stays selected
  );
});
