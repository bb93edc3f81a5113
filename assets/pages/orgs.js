// @ts-check
// The menu of orgs. Arrow keys move in it. If the person is in many orgs, it asks the server for some of
// them when it is opened, and searches all of them while the person types.
import { moveFocus } from "../board/page/arrow-keys.js";
import { all, find, get, getInput } from "../board/page/page.js";
import { FOUND, orgList } from "./org-list.js";

const TYPING_MS = 150;
const ITEMS = ".org-search [type=search], a.menu-i";

const menu = /** @type {HTMLDetailsElement | null} */ (find("details.org"));
const form = /** @type {HTMLFormElement | null} */ (find(".org-search", menu ?? document));

menu?.addEventListener("keydown", (event) => {
  const isEditing = event.target instanceof HTMLInputElement && !event.key.startsWith("Arrow");
  if (menu.open && !isEditing) {
    moveFocus(event, all(ITEMS, menu));
  }
});

/**
 * @param {HTMLDetailsElement} menu
 * @param {HTMLFormElement} form
 */
function search(menu, form) {
  const input = getInput("[type=search]", form);
  let timer = 0;
  let request = new AbortController();
  let isLoading = false;
  let isFollowing = false; // to the first org, as soon as the list is there

  function load() {
    clearTimeout(timer);
    request.abort();
    request = new AbortController();
    isLoading = true;
    show("loading");
    orgList(form, input.value, request.signal).then(receive).catch(fail);
  }

  /** @param {HTMLElement} found */
  function receive(found) {
    get(FOUND).replaceWith(found);
    isLoading = false;
    show("found");
    if (isFollowing) {
      follow();
    }
  }

  /** @param {Error} error */
  function fail(error) {
    if (error.name !== "AbortError") {
      isLoading = isFollowing = false;
      show("failed");
    }
  }

  /** @param {"loading" | "found" | "failed"} state */
  function show(state) {
    const found = get(FOUND);
    found.hidden = state === "failed";
    found.setAttribute("aria-busy", String(state === "loading"));
    get("#orgs-loading").hidden = state !== "loading" || found.childElementCount > 0;
    const failed = get("#orgs-failed");
    failed.hidden = state !== "failed";
    const failure = failed.firstChild?.textContent?.trim();
    get("#orgs-status").textContent = (state === "failed" ? failure : found.dataset.status) ?? "";
  }

  function follow() {
    isFollowing = isLoading;
    if (!isLoading && input.value.trim()) {
      find("a", get(FOUND))?.click();
    }
  }

  menu.addEventListener("toggle", () => {
    if (menu.open) {
      load();
      input.select();
    }
  });
  input.addEventListener("input", () => {
    clearTimeout(timer);
    isLoading = true;
    isFollowing = false;
    timer = window.setTimeout(load, TYPING_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    follow();
  });
  get("#orgs-failed button").addEventListener("click", () => {
    input.focus();
    load();
  });
}

if (menu && form) {
  search(menu, form);
}
