// @ts-check
// The editor of a board. Everything happens on the page until "Save" sends the whole layout with the version
// that it is based on; the page then loads again.
/** @import { NewPanel, Preview, Start, StartPanel } from "./types" */
/** @import { Placed } from "./panels.js" */
/** @import { State } from "./history.js" */

import { opening, word } from "../board/page/island.js";
import { all, closest, find, get } from "../board/page/page.js";
import { reloadAndSay } from "../board/page/reloading.js";
import { Refusal } from "../board/page/server.js";
import { toast } from "../board/page/toast.js";
import { askToDiscard, conflict } from "./asking.js";
import { enableDragging, isTyping } from "./drag.js";
import { panelOf } from "./drawing.js";
import { closeToast, offerUndo, openBar } from "./footer.js";
import { openGallery } from "./gallery.js";
import { changed, history, movedTo } from "./history.js";
import { addTools, grid, keyOf, removeTools, show, sizeOf } from "./panels.js";
import { frozen, SIZES } from "./rows.js";
import { save, start } from "./server.js";
import { setTexts, text } from "./texts.js";

const MAX_PANELS = 50;

/**
 * The panels of the board, by the slug that they are known by here.
 * @param {StartPanel[]} panels
 */
function placedPanels(panels) {
  /** @type {Map<string, Placed>} */
  const placed = new Map();
  for (const { slug, name, definition, isElastic, group } of panels) {
    const element = find(`[data-panel="${CSS.escape(slug)}"]`);
    if (element) {
      placed.set(slug, { element, name, slug, definition, isElastic, group });
    }
  }
  return placed;
}

/** @param {Start} given */
function edit(given) {
  const placed = placedPanels(given.panels);
  const order = [...grid().children].map((child) => child);
  const wasAuto = grid().classList.contains("auto");
  const past = history({
    isSized: !wasAuto,
    items: given.panels
      .filter(({ slug }) => placed.has(slug))
      .map(({ slug, size, title }) => {
        const { element } = /** @type {Placed} */ (placed.get(slug));
        return { key: slug, size: wasAuto ? size : sizeOf(element), title };
      }),
  });
  const bar = openBar();
  let version = given.version;
  let isSaving = false;
  let isSaved = false;
  let added = 0;
  /** The panel that was added last. @type {string | null} */
  let newest = null;

  // -- States ---------------------------------------------------------------------------------------------

  function draw() {
    show(past.now(), placed);
    const { canUndo, canRedo, changes } = past;
    bar.show({ changes: changes(), canUndo: canUndo(), canRedo: canRedo(), isSaving });
    window.dispatchEvent(new Event("resize")); // charts and numbers fit their panels again
  }

  /** @param {Partial<State>} change */
  function change(change) {
    past.add({ ...past.now(), ...change });
    closeToast();
    draw();
  }

  const asSeen = () => frozen(past.now(), placed);

  /** @param {string} key */
  const nameOf = (key) => {
    const title = past.now().items.find((item) => item.key === key)?.title;
    return title ?? placed.get(key)?.name ?? "";
  };

  /** @param {string} key */
  function announcePlace(key) {
    const { items } = past.now();
    const place = items.findIndex((item) => item.key === key) + 1;
    bar.announce(text("moved", { "%p": nameOf(key), "%n": place, "%c": items.length }));
  }

  /**
   * @param {string} key
   * @param {number} place
   */
  function move(key, place) {
    const { items } = asSeen();
    if (place >= 0 && place < items.length && items[place].key !== key) {
      change({ items: movedTo(items, key, place), isSized: true });
    }
    announcePlace(key);
  }

  /**
   * @param {string} key
   * @param {string | undefined} size
   */
  function resize(key, size) {
    const { items } = asSeen();
    const item = items.find((one) => one.key === key);
    if (item && size && size !== item.size) {
      change({ items: changed(items, key, { size }), isSized: true });
    }
    const name = given.sizes[size ?? item?.size ?? ""] ?? "";
    bar.announce(text("resized", { "%p": nameOf(key), "%z": name }));
  }

  /** @param {string} key */
  function remove(key) {
    const { items } = past.now();
    const place = items.findIndex((item) => item.key === key);
    const name = nameOf(key);
    change({ items: items.filter((item) => item.key !== key) });
    offerUndo(text("removed", name));
    bar.announce(text("removed", name));
    const next = past.now().items[Math.min(place, items.length - 2)];
    const focused = next && placed.get(next.key)?.element;
    (focused ? get(".edit-grip", focused) : get("[data-act=add]", bar.element)).focus();
  }

  /**
   * @param {string} key
   * @param {string} typed
   */
  function rename(key, typed) {
    const { items } = past.now();
    const name = placed.get(key)?.name;
    const tidy = typed.trim().replace(/\s+/g, " ");
    const title = tidy && tidy !== name ? tidy : null;
    if (title !== items.find((item) => item.key === key)?.title) {
      change({ items: changed(items, key, { title }) });
    } else {
      draw();
    }
  }

  /**
   * Put a panel at the end. It is stored when the layout is saved.
   * @param {NewPanel} panel
   * @param {Preview} preview
   */
  function add(panel, preview) {
    const known = panel.slug && placed.has(panel.slug) ? panel.slug : null;
    added += 1;
    const key = known ?? panel.slug ?? `new-${added}`;
    if (!known) {
      const element = panelOf(preview);
      grid().append(element);
      const { title: name, is_elastic: isElastic, group } = preview;
      const own = { slug: panel.slug ?? null, definition: panel.definition ?? null };
      placed.set(key, { element, name, isElastic, group, ...own });
      addTools(key, /** @type {Placed} */ (placed.get(key)), given.maxTitle);
    }
    newest = key;
    const { items } = past.now();
    change({ items: [...items, { key, size: preview.size, title: null }] });
    const { element, name } = /** @type {Placed} */ (placed.get(key));
    bar.announce(text("added", name));
    element.scrollIntoView({ block: "nearest" });
    get(".edit-grip", element).focus({ preventScroll: true });
  }

  function undo() {
    if (past.canUndo()) {
      past.undo();
      closeToast();
      draw();
      bar.announce(text("undone"));
    }
  }

  function redo() {
    if (past.canRedo()) {
      past.redo();
      draw();
      bar.announce(text("redone"));
    }
  }

  // -- Saving -----------------------------------------------------------------------------------------------

  function layout() {
    const { items, isSized } = past.now();
    return {
      version,
      panels: items.map(({ key, size, title }) => {
        const one = /** @type {Placed} */ (placed.get(key));
        const { slug, definition } = one;
        return { slug, definition, title, size: isSized ? size : null };
      }),
    };
  }

  /** The place of the panel that was added last; null if there is none. */
  function placeOfNewest() {
    const place = past.now().items.findLastIndex(({ key }) => key === newest);
    return place < 0 ? null : place;
  }

  async function send() {
    if (isSaving) {
      return;
    }
    isSaving = true;
    draw();
    try {
      await save(layout());
      isSaved = true;
      reloadAndSay({ text: text("saved"), panel: placeOfNewest() });
    } catch (error) {
      refused(/** @type {Refusal} */ (error));
    } finally {
      isSaving = false;
      draw();
    }
  }

  /** @param {Refusal} error */
  function refused(error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    if (error.status === 409 && error.answer?.version) {
      conflict(error.answer, {
        reload() {
          isSaved = true;
          location.reload();
        },
        replace() {
          version = error.answer.version;
          send();
        },
      });
      return;
    }
    const reason = error.answer?.faults?.[0]?.reason ?? error.message;
    const message = error.status === 401 ? text("signedOut") : reason || text("notSaved");
    toast(message);
  }

  async function discard() {
    if (past.changes() > 0 && !(await askToDiscard())) {
      return;
    }
    past.reset();
    end();
  }

  /** @param {BeforeUnloadEvent} event */
  function ask(event) {
    if (past.changes() > 0 && !isSaved) {
      event.preventDefault();
    }
  }

  // -- Events -----------------------------------------------------------------------------------------------

  /** @type {Record<string, (key: string) => void>} */
  const acts = {
    add: () =>
      past.now().items.length < MAX_PANELS
        ? openGallery(given, new Set(past.now().items.map((item) => item.key)), add)
        : toast(text("full", String(MAX_PANELS))),
    undo,
    redo,
    discard,
    save: send,
    remove,
    earlier: (key) => step(key, -1),
    later: (key) => step(key, 1),
    narrower: (key) => scale(key, -1),
    wider: (key) => scale(key, 1),
  };

  /**
   * @param {string} key
   * @param {number} by
   */
  const step = (key, by) => move(key, past.now().items.findIndex((item) => item.key === key) + by);

  /**
   * @param {string} key
   * @param {number} by
   */
  function scale(key, by) {
    const item = asSeen().items.find((one) => one.key === key);
    resize(key, item && SIZES[SIZES.indexOf(item.size) + by]);
  }

  /** @type {Record<string, [(key: string, by: number) => void, number]>} */
  const arrows = {
    ArrowLeft: [step, -1],
    ArrowUp: [step, -1],
    ArrowRight: [step, 1],
    ArrowDown: [step, 1],
  };

  /** @param {MouseEvent} event */
  function click(event) {
    const act = closest(event, "[data-act]");
    if (act?.dataset.act && Object.hasOwn(acts, act.dataset.act)) {
      const panel = act.closest("[data-edit]");
      acts[act.dataset.act](panel ? keyOf(panel) : "");
    }
  }

  /** @param {KeyboardEvent} event */
  function press(event) {
    if (find("dialog[open]") || event.defaultPrevented) {
      return;
    }
    const { key, shiftKey } = event;
    if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(key.toLowerCase())) {
      if (!isTyping()) {
        event.preventDefault();
        shiftKey || key.toLowerCase() === "y" ? redo() : undo();
      }
      return;
    }
    const grip = closest(event, ".edit-grip");
    const panel = grip?.closest("[data-edit]");
    if (panel && !event.altKey && !event.ctrlKey && !event.metaKey) {
      pressOnPanel(event, keyOf(panel));
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @param {string} panel
   */
  function pressOnPanel(event, panel) {
    const { key, shiftKey } = event;
    if (key === "Delete" || key === "Backspace") {
      event.preventDefault();
      remove(panel);
    } else if (Object.hasOwn(arrows, key)) {
      event.preventDefault();
      const [act, by] = arrows[key];
      (shiftKey ? scale : act)(panel, by);
      placed.get(panel)?.element.scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {Event} event */
  function typed(event) {
    const field = closest(event, ".edit-title");
    const panel = field?.closest("[data-edit]");
    if (field instanceof HTMLInputElement && panel) {
      rename(keyOf(panel), field.value);
    }
  }

  /** @param {KeyboardEvent} event */
  function leaveField(event) {
    const field = closest(event, ".edit-title");
    if (field instanceof HTMLInputElement && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      if (event.key === "Escape") {
        draw(); // what was there before
      }
      get(".edit-grip", /** @type {HTMLElement} */ (field.closest("[data-edit]"))).focus();
    }
  }

  // -- Beginning and ending -----------------------------------------------------------------------------------

  const stopDragging = enableDragging({
    move(element, before) {
      const { items } = past.now();
      const key = keyOf(element);
      const others = items.filter((item) => item.key !== key);
      const place = before ? others.findIndex((item) => item.key === keyOf(before)) : others.length;
      move(key, place);
    },
    hold: () => show(asSeen(), placed),
    release: draw,
    resize: (element, size) => resize(keyOf(element), size),
  });
  const listening = new AbortController();
  const { signal } = listening;
  document.addEventListener("click", click, { signal });
  document.addEventListener("keydown", press, { signal });
  document.addEventListener("keydown", leaveField, { signal, capture: true });
  document.addEventListener("change", typed, { signal });
  window.addEventListener("beforeunload", ask, { signal });
  document.documentElement.dataset.editing = "true";
  for (const [key, one] of placed) {
    addTools(key, one, given.maxTitle);
  }
  draw();
  bar.announce(text("begun"));
  const first = find(".edit-grip");
  (first ?? get("[data-act=add]", bar.element)).focus({ preventScroll: true });
  if (!placed.size) {
    acts.add("");
  }

  function end() {
    listening.abort();
    stopDragging();
    closeToast();
    bar.element.remove();
    for (const { element } of placed.values()) {
      removeTools(element);
      element.hidden = false;
    }
    for (const child of [...grid().children]) {
      if (!order.includes(child)) {
        child.remove();
      }
    }
    show(past.now(), placed);
    grid().classList.toggle("auto", wasAuto);
    delete document.documentElement.dataset.editing;
    window.dispatchEvent(new Event("resize"));
    get(".btn.edit").focus();
  }
}

let isLoading = false;

async function begin() {
  if (isLoading || "editing" in document.documentElement.dataset) {
    return;
  }
  isLoading = true;
  for (const button of all("[data-do=edit]")) {
    button.setAttribute("aria-busy", "true");
  }
  try {
    /** @type {Start} */
    const given = await start();
    if (given.layoutVersion !== opening()?.layoutVersion) {
      location.reload(); // someone has just saved another layout
      return;
    }
    setTexts(given.words);
    edit(given);
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    toast(error.message || word("failed"));
  } finally {
    isLoading = false;
    for (const button of all("[data-do=edit]")) {
      button.removeAttribute("aria-busy");
    }
  }
}

document.addEventListener("click", (event) => {
  if (closest(event, "[data-do=edit]")) {
    begin();
  }
});
begin();
