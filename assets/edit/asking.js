// @ts-check
// The questions that the editor asks: whether to discard changes, and whose version stays.
import { openDialog } from "../board/page/dialog.js";
import { make } from "../board/page/page.js";
import { text } from "./texts.js";

/**
 * @param {string} name
 * @param {() => void} act
 * @param {string} [look]
 */
function button(name, act, look = "btn") {
  const made = make("button", look, text(name));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** Ask whether to discard the changes. @returns {Promise<boolean>} */
export function askToDiscard() {
  return new Promise((resolve) => {
    let isDiscarded = false;
    const dialog = openDialog({
      title: text("askDiscard"),
      closeName: text("close"),
      className: "small",
      onClose: () => resolve(isDiscarded),
    });
    const discard = button(
      "discard",
      () => {
        isDiscarded = true;
        dialog.close();
      },
      "btn danger",
    );
    const back = button("back", dialog.close);
    dialog.foot.append(back, discard);
    back.focus();
  });
}

/**
 * Say who saved in the meantime, when, and what differs.
 * @param {{ who: string | null, at: string | null, what: string[] }} other
 * @param {{ reload(): void, replace(): void }} choices
 */
export function conflict(other, choices) {
  const dialog = openDialog({
    title: text("conflict"),
    closeName: text("close"),
    className: "small conflict",
  });
  if (other.who && other.at) {
    dialog.body.append(make("p", "", text("savedBy", { "%s": other.who, "%n": other.at })));
  }
  const list = make("ul");
  list.append(...other.what.map((difference) => make("li", "", difference)));
  dialog.body.append(list);
  const back = button("back", dialog.close);
  const replace = () => {
    dialog.close();
    choices.replace();
  };
  dialog.foot.append(
    back,
    button("reload", choices.reload),
    button("replace", replace, "btn danger"),
  );
  back.focus();
}
