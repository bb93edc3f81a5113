// @ts-check
// The dialog that asks for the name of a new view.
/** @import { SavedView } from "./saved.js" */
import { openDialog } from "../page/dialog.js";
import { word } from "../page/island.js";
import { make } from "../page/page.js";
import { button, form, nameField } from "./forms.js";
import { add, change, otherOf } from "./saved.js";

/**
 * Ask for a name, and save the current view under it. An existing view with this name can be replaced.
 * @param {string} search
 * @param {(saved: SavedView) => void} done
 */
export function askName(search, done) {
  const title = word("viewTitle");
  const dialog = openDialog({ title, closeName: word("small"), className: "small" });
  const { label, input } = nameField("");
  const save = button(word("save"), "btn primary");
  /** @type {string | null} */
  let other = null; // the view that has this name, once the server has said so
  /** @param {string | null} id */
  function offer(id) {
    other = id;
    save.textContent = id ? word("replaceView") : word("save");
  }
  const asked = form(
    [make("p", "view-hint", word("viewsHint")), label],
    async () => {
      const saved = await (other ? change(other, { search }) : add(input.value, search));
      dialog.close();
      done(saved);
    },
    (error) => offer(otherOf(error)),
  );
  asked.addEventListener("input", () => offer(null));
  asked.id = "view-form";
  save.setAttribute("form", asked.id);
  dialog.body.append(asked);
  dialog.foot.append(button(word("cancel"), "btn", dialog.close), save);
  input.focus();
}
