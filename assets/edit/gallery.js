// @ts-check
// "Add panel": the panels of the installation and of the org, with pictures of the org's own numbers.
/** @import { Definition, Entry, NewPanel, Preview, Start } from "./types" */
import { openDialog } from "../board/page/dialog.js";
import { all, get, make } from "../board/page/page.js";
import { Refusal } from "../board/page/server.js";
import { toast } from "../board/page/toast.js";
import { drawSmall } from "./drawing.js";
import { lazyPreviews } from "./loading.js";
import { showMetric } from "./metric.js";
import { preview } from "./server.js";
import { showAs } from "./show-as.js";
import { text } from "./texts.js";

const ALL = "";
const OTHER = "~other"; // widgets written in Python belong to no board
const WITH_BY = ["line", "bars", "list"];

/** @typedef {(panel: NewPanel, preview: Preview) => void} Add */

/**
 * @param {Start} given
 * @param {Set<string>} onBoard the slugs of the panels that the dashboard has
 * @param {Add} add
 */
export function openGallery(given, onBoard, add) {
  const closing = new AbortController();
  const dialog = openDialog({
    title: text("add"),
    closeName: text("close"),
    className: "wide",
    onClose: () => closing.abort(),
  });
  /** @type {Add} */
  const addAndClose = (panel, drawn) => {
    dialog.element.addEventListener("close", () => add(panel, drawn), { once: true });
    dialog.close();
  };
  const shared = { given, onBoard, add: addAndClose, dialog, signal: closing.signal };
  showGallery(shared);
}

/** @typedef {{ given: Start, onBoard: Set<string>, add: Add, dialog: ReturnType<typeof openDialog>, signal: AbortSignal }} Shared */

/**
 * What is sent for an entry: its slug, or its definition, with another drawing if one is chosen.
 * @param {Entry} entry
 * @param {string} show
 * @returns {NewPanel}
 */
function panelOf(entry, show) {
  if (show === entry.show) {
    return entry.definition ? { definition: entry.definition } : { slug: entry.slug };
  }
  const by = entry.by && WITH_BY.includes(show) ? { by: entry.by } : {};
  return { definition: { .../** @type {Definition} */ (entry.base), ...by, show } };
}

/** @param {Entry} entry */
const groupOf = (entry) => entry.group || OTHER;

/**
 * The entries; first the groups that the dashboard has most panels of.
 * @param {Entry[]} entries
 * @param {Set<string>} onBoard
 */
function ofThisBoardFirst(entries, onBoard) {
  /** @param {Entry} entry */
  const shared = (entry) =>
    entries.filter((one) => groupOf(one) === groupOf(entry) && onBoard.has(one.slug)).length;
  return [...entries].sort((a, b) => shared(b) - shared(a));
}

/** @param {Shared} shared */
function showGallery(shared) {
  const { given, onBoard, dialog, signal } = shared;
  const { heading, body, foot } = dialog;
  heading.textContent = text("add");
  dialog.mayClose = () => true;
  const pictures = lazyPreviews(body, signal);

  const search = make("input", "gallery-find");
  search.type = "search";
  search.placeholder = text("find");
  search.setAttribute("aria-label", text("find"));
  const create = make("button", "btn", text("newMetric"));
  create.type = "button";
  create.addEventListener("click", () => showMetric(shared, () => showGallery(shared)));
  const top = make("div", "gallery-top");
  top.append(search, create);
  const tabs = make("div", "gallery-tabs");
  tabs.setAttribute("role", "group");
  const list = make("ul", "gallery");
  const nothing = make("p", "edit-note", text("nothing"));
  nothing.setAttribute("role", "status");
  body.replaceChildren(top, tabs, list, nothing);

  const note = make("span", "edit-note", text("previews"));
  const drawings = make("div", "gallery-as");
  const cancel = make("button", "btn", text("cancel"));
  const addIt = make("button", "btn primary", text("add"));
  for (const button of [cancel, addIt]) {
    button.type = "button";
  }
  addIt.disabled = true;
  cancel.addEventListener("click", dialog.close);
  foot.replaceChildren(drawings, note, cancel, addIt);

  let group = ALL;
  /** @type {{ entry: Entry, card: HTMLElement, show: string } | null} */
  let chosen = null;
  /** The pictures that have come, by entry. @type {Map<Entry, Preview>} */
  const drawn = new Map();
  const entries = ofThisBoardFirst(given.gallery, onBoard);
  const cards = entries.map((entry) => ({ entry, item: card(entry) }));

  // -- Cards ------------------------------------------------------------------------------------------------

  /** @param {Entry} entry */
  function card(entry) {
    const item = make("li");
    const button = make("button", "gallery-card");
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    const title = make("b", "", entry.title);
    const kind = make("span", "gallery-kind");
    kind.append(make("span", "", given.drawings[entry.show] ?? ""));
    if (onBoard.has(entry.slug)) {
      kind.append(make("span", "gallery-on", text("onBoard")));
    }
    const picture = make("div", "card-picture", text("loading"));
    picture.inert = true;
    picture.setAttribute("aria-hidden", "true");
    button.append(title, kind, picture);
    button.addEventListener("click", () => choose(entry, button));
    button.addEventListener("dblclick", () => !addIt.disabled && addIt.click());
    item.append(button);
    pictures.when(item, {
      panel: panelOf(entry, entry.show),
      done: (preview) => {
        if (preview) {
          drawn.set(entry, preview);
          drawSmall(picture, preview);
        } else {
          picture.textContent = text("noPreview");
        }
      },
    });
    return item;
  }

  /**
   * @param {Entry} entry
   * @param {HTMLElement} button
   */
  function choose(entry, button) {
    chosen?.card.setAttribute("aria-pressed", "false");
    button.setAttribute("aria-pressed", "true");
    chosen = { entry, card: button, show: entry.show };
    showChosen();
  }

  function showChosen() {
    if (!chosen) {
      return;
    }
    const { entry, show, card } = chosen;
    const isThere = show === entry.show && onBoard.has(entry.slug);
    addIt.disabled = isThere;
    addIt.textContent = isThere ? text("alreadyOnBoard") : text("addThis", entry.title);
    if (entry.base) {
      const buttons = showAs(given.drawings, entry.drawings, show, (word) =>
        draw(entry, card, word),
      );
      drawings.replaceChildren(buttons);
    } else {
      drawings.replaceChildren(make("p", "edit-note", text("ownDrawing")));
    }
  }

  /**
   * Draw the chosen card in another way.
   * @param {Entry} entry
   * @param {HTMLElement} card
   * @param {string} show
   */
  async function draw(entry, card, show) {
    const now = { entry, card, show };
    chosen = now;
    showChosen();
    get(`[data-show="${show}"]`, drawings).focus();
    try {
      const answer = await preview([panelOf(entry, show)], signal);
      if (chosen === now) {
        drawn.set(entry, answer.panels[0]);
        drawSmall(get(".card-picture", card), answer.panels[0]);
      }
    } catch (error) {
      if (error instanceof Refusal) {
        toast(error.answer?.faults?.[0]?.reason ?? (error.message || text("noPreview")));
      }
    }
  }

  addIt.addEventListener("click", async () => {
    if (!chosen) {
      return;
    }
    const { entry, show } = chosen;
    const panel = panelOf(entry, show);
    try {
      const known = drawn.get(entry) ?? (await preview([panel], signal)).panels[0];
      shared.add(panel, known);
    } catch (error) {
      if (error instanceof Refusal) {
        toast(error.message || text("noPreview"));
      }
    }
  });

  // -- Search and groups ----------------------------------------------------------------------------------------

  /** @param {string} name */
  const titleOf = (name) => {
    const own = { [ALL]: text("all"), [given.madeHere]: text("madeHere") };
    return own[name] ?? given.groups[name] ?? text("others");
  };

  function matches(/** @type {Entry} */ entry) {
    const words = search.value.trim().toLocaleLowerCase().split(/\s+/);
    const where = `${entry.title} ${titleOf(entry.group)}`.toLocaleLowerCase();
    return words.every((word) => where.includes(word));
  }

  function filter() {
    const found = cards.filter(({ entry }) => matches(entry));
    for (const { entry, item } of cards) {
      item.hidden = !(matches(entry) && [ALL, groupOf(entry)].includes(group));
    }
    nothing.hidden = cards.some(({ item }) => !item.hidden);
    const names = [ALL, ...new Set(entries.map(groupOf))];
    const count = (/** @type {string} */ name) =>
      found.filter(({ entry }) => [ALL, groupOf(entry)].includes(name)).length;
    tabs.replaceChildren(...names.map((name) => tab(name, count(name))));
  }

  /**
   * @param {string} name
   * @param {number} count
   */
  function tab(name, count) {
    const button = make("button", "gallery-tab", `${titleOf(name)} `);
    button.type = "button";
    button.append(make("span", "", String(count)));
    button.setAttribute("aria-pressed", String(name === group));
    button.addEventListener("click", () => {
      group = name;
      filter();
      all("button", tabs)
        .find((one) => one.getAttribute("aria-pressed") === "true")
        ?.focus();
    });
    return button;
  }

  list.append(...cards.map(({ item }) => item));
  search.addEventListener("input", filter);
  filter();
  search.focus();
}
