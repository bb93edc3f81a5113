// @ts-check
// Scripts that most viewers do not need: each is a file of its own, loaded when it is called for the first
// time, and listens to its calls.
/** @import { Script } from "../../types" */
import { filesOf, word } from "./island.js";
import { make } from "./page.js";
import { toast } from "./toast.js";

/** @type {Map<string, Promise<void>>} */
const loading = new Map();

/** @param {string} name */
const eventOf = (name) => `dashapp-${name}`;

/**
 * Tell other scripts of the page, which are files of their own.
 * @param {string} name
 * @param {any} [detail] what the listener gets
 */
export const tell = (name, detail) =>
  document.dispatchEvent(new CustomEvent(eventOf(name), { detail }));

/**
 * Listen to what another script tells.
 * @param {string} name
 * @param {(detail: any) => void} listener
 */
export const listen = (name, listener) =>
  document.addEventListener(eventOf(name), (event) =>
    listener(/** @type {CustomEvent} */ (event).detail),
  );

/**
 * Load a script and its styles, once.
 * @param {Script} name
 */
export function load(name) {
  const loaded = loading.get(name) ?? loadFiles(name);
  loading.set(name, loaded);
  loaded.catch(() => loading.delete(name)); // the next call tries again
  return loaded;
}

/**
 * Call a script.
 * @param {Script} name
 * @param {any} [detail] what it gets
 */
export function call(name, detail) {
  load(name).then(
    () => tell(name, detail),
    () => toast(word("failed")),
  );
}

/** @param {Script} name */
async function loadFiles(name) {
  const files = filesOf(name);
  if (!files) {
    throw new Error(`no ${name}`);
  }
  await Promise.all(files.styles.map(loadStyle));
  await added(Object.assign(make("script"), { id: name, src: files.script }));
}

/** @param {string} href */
const loadStyle = (href) => added(Object.assign(make("link"), { rel: "stylesheet", href }));

/**
 * @param {HTMLElement} element
 * @returns {Promise<void>}
 */
function added(element) {
  return new Promise((resolve, reject) => {
    element.onload = () => resolve();
    element.onerror = () => {
      element.remove();
      reject(new Error("not loaded"));
    };
    document.head.append(element);
  });
}
