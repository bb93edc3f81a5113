// @ts-check
// The dialog that lists the views of a person, to rename, link, and delete them.
/** @import { SavedView } from "./saved.js" */
import { copy } from "../page/clipboard.js";
import { openDialog } from "../page/dialog.js";
import { iconButton } from "../page/icon-button.js";
import { word } from "../page/island.js";
import { get, make } from "../page/page.js";
import { toast } from "../page/toast.js";
import { button, form, nameField } from "./forms.js";
import { change, remove } from "./saved.js";
import { linkTo } from "./shown.js";

/** @param {SavedView[]} views */
export function manage(views) {
  const title = word("views");
  const dialog = openDialog({ title, closeName: word("small"), className: "small" });
  const list = make("ul", "view-list");
  for (const view of views) {
    showRow(list.appendChild(make("li", "view-row")), view);
  }
  dialog.body.append(list);
  dialog.foot.append(button(word("small"), "btn", dialog.close));
  get("button", list).focus();
}

/**
 * @param {HTMLElement} row
 * @param {SavedView} view
 */
function showRow(row, view) {
  const name = make("span", "view-name", view.name);
  name.dir = "auto";
  name.title = view.name;
  row.replaceChildren(
    name,
    iconButton("pencil", word("viewRename", view.name), () => rename(row, view)),
    iconButton("link", word("viewLink", view.name), () => copy(linkTo(view))),
    iconButton("trash", word("viewDelete", view.name), () => askToDelete(row, view)),
  );
}

/**
 * @param {HTMLElement} row
 * @param {SavedView} view
 */
function rename(row, view) {
  const { label, input } = nameField(view.name);
  const asked = form([label], async () => {
    const renamed = await change(view.id, { name: input.value });
    restore(row, renamed, "pencil");
    toast(word("viewSaved", renamed.name));
  });
  const save = button(word("save"), "btn primary");
  replace(row, asked, save, () => restore(row, view, "pencil"));
  input.select();
}

/**
 * @param {HTMLElement} row
 * @param {SavedView} view
 */
function askToDelete(row, view) {
  const question = make("p", "view-ask", word("askDeleteView", view.name));
  const asked = form([question], async () => {
    await remove(view.id);
    leave(row);
    toast(word("viewDeleted", view.name));
  });
  const sure = button(word("delete"), "btn danger");
  replace(row, asked, sure, () => restore(row, view, "trash"));
  sure.focus();
}

/**
 * Remove a row. The focus goes to the next one; without any, the dialog closes.
 * @param {HTMLElement} row
 */
function leave(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  const dialog = row.closest("dialog");
  row.remove();
  if (next) {
    get("button", next).focus();
  } else {
    dialog?.close();
  }
}

/**
 * Show a form in place of a row. Escape leaves the form, not the dialog.
 * @param {HTMLElement} row
 * @param {HTMLElement} asked
 * @param {HTMLElement} submit
 * @param {() => void} back
 */
function replace(row, asked, submit, back) {
  const buttons = make("div", "view-buttons");
  buttons.append(button(word("cancel"), "btn", back), submit);
  asked.append(buttons);
  asked.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      back();
    }
  });
  row.replaceChildren(asked);
}

/**
 * @param {HTMLElement} row
 * @param {SavedView} view
 * @param {string} icon of the button that gets the focus
 */
function restore(row, view, icon) {
  showRow(row, view);
  get(`button:has(.ic-${icon})`, row).focus();
}
