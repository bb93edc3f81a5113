// @ts-check
// The requests for a person's saved views of this dashboard.
import { word } from "../page/island.js";
import { tell } from "../page/lazy.js";
import { getInput } from "../page/page.js";
import { ask, Refusal } from "../page/server.js";
import { place } from "../view/navigation.js";

/** `search` is the query part of the view's address. @typedef {{ id: string, name: string, search: string }} SavedView */

/** What is told when views have changed. */
export const CHANGED = "views";

function address(path = "") {
  const { root, org, dashboard } = place();
  return `${root}/app/${org}/${dashboard}/views${path}`;
}

/**
 * @param {string} path
 * @param {Record<string, string>} [fields]
 */
async function send(path, fields) {
  const token = getInput("input[name=csrf_token]").value;
  const body = new URLSearchParams({ csrf_token: token, ...fields });
  const answer = await ask(address(path), { method: "POST", body });
  tell(CHANGED);
  return answer;
}

/** The views, by name. @returns {Promise<SavedView[]>} */
export const list = async () => (await ask(address())).views;

/**
 * @param {string} name
 * @param {string} search
 * @returns {Promise<SavedView>}
 */
export const add = (name, search) => send("", { name, search });

/**
 * Change the name of a view, or what it shows.
 * @param {string} id
 * @param {{ name: string } | { search: string }} fields
 * @returns {Promise<SavedView>}
 */
export const change = (id, fields) => send(`/${id}`, fields);

/** @param {string} id */
export const remove = (id) => send(`/${id}/delete`);

/**
 * What to tell the person.
 * @param {unknown} error
 */
export function reasonOf(error) {
  if (!(error instanceof Refusal)) {
    throw error;
  }
  if (error.status === 401) {
    return word("signedOut");
  }
  return error.message || (error.status ? word("notSaved") : word("noAnswer"));
}

/** The id of the view that has the name already, if that is why it was refused. @param {unknown} error */
export const otherOf = (error) =>
  error instanceof Refusal && error.answer?.error?.code === "name_taken"
    ? /** @type {string} */ (error.answer.error.id)
    : null;
