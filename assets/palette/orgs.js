// @ts-check
// The orgs in the palette. If the person is in many, the server searches them while the person types, and
// none are listed before.
/** @import { Command } from "./commands.js" */
import { word } from "../board/page/island.js";
import { all, find } from "../board/page/page.js";
import { orgList } from "../pages/org-list.js";

const TYPING_MS = 150;
const LINKS = "a.menu-i";

const group = () => find("#orgs-h")?.textContent ?? "";

/**
 * @param {ParentNode} list
 * @param {string} [typed] what the server has found them by
 * @returns {Command[]}
 */
function commandsIn(list, typed) {
  const links = /** @type {HTMLAnchorElement[]} */ (all(LINKS, list));
  return links
    .filter((link) => !link.hasAttribute("aria-current"))
    .map((link) => ({
      value: link.href,
      label: find("b", link)?.textContent ?? "",
      note: find("small", link)?.textContent ?? "",
      group: group(),
      more: typed,
      run: () => (typed ? location.assign(link.href) : link.click()),
    }));
}

/**
 * @param {() => void} update called when the server has answered
 */
export function orgSearch(update) {
  const form = /** @type {HTMLFormElement | null} */ (find(".org-search"));
  const listed = form ? [] : commandsIn(find(".org") ?? document.createElement("div"));
  /** What was found, by what was typed. @type {Map<string, Command[]>} */
  const found = new Map();
  let asked = "";
  let isLoading = false;
  /** @type {Command | null} */
  let failure = null;
  let timer = 0;
  let request = new AbortController();

  /**
   * @param {HTMLFormElement} form
   * @param {string} query
   */
  async function ask(form, query) {
    try {
      found.set(query, commandsIn(await orgList(form, query, request.signal), query));
    } catch (error) {
      if (/** @type {Error} */ (error).name === "AbortError") {
        return;
      }
      const unavailable = word("failed");
      failure = { value: "failed", label: query, group: group(), unavailable, run() {} };
    }
    isLoading = false;
    update();
    failure = null; // typing it again asks again
  }

  function end() {
    clearTimeout(timer);
    request.abort();
    isLoading = false;
  }

  return {
    end,
    isLoading: () => isLoading,
    /** @param {string} query */
    find(query) {
      if (failure) {
        return [failure];
      }
      if (!form || !query || found.has(query)) {
        return found.get(query) ?? listed;
      }
      if (query !== asked || !isLoading) {
        end();
        asked = query;
        isLoading = true;
        request = new AbortController();
        timer = window.setTimeout(() => ask(form, query), TYPING_MS);
      }
      return [];
    },
  };
}
