// @ts-check
// The choice of a drawing. Those that do not fit say why.
import { make } from "../board/page/page.js";
import { text } from "./texts.js";

/**
 * @param {Record<string, string>} names
 * @param {Record<string, string | null>} reasons why a drawing does not fit
 * @param {string} chosen
 * @param {(show: string) => void} choose
 */
export function showAs(names, reasons, chosen, choose) {
  const group = make("div", "show-as");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", text("showAs"));
  const why = make("p", "edit-note show-why");
  why.setAttribute("role", "status");
  for (const [show, name] of Object.entries(names)) {
    const reason = reasons[show] ?? "";
    const button = make("button", "", name);
    button.type = "button";
    button.dataset.show = show;
    button.setAttribute("aria-pressed", String(show === chosen));
    if (reason) {
      button.title = reason;
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-description", reason);
    }
    button.addEventListener("click", () => {
      if (reason) {
        why.textContent = reason;
      } else if (show !== chosen) {
        choose(show);
      }
    });
    group.append(button);
  }
  const both = make("div", "show-box");
  both.append(group, why);
  return both;
}
