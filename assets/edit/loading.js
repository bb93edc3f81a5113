// @ts-check
// Loads the pictures of the gallery: only those that can be seen, some in a request, two requests at once.
/** @import { NewPanel, Preview } from "./types" */
import { preview } from "./server.js";

const PER_REQUEST = 4;
const REQUESTS = 2;

/** @typedef {{ panel: NewPanel, done(preview: Preview | null): void }} Wanted */

/**
 * @param {HTMLElement} root the part that scrolls
 * @param {AbortSignal} signal
 */
export function lazyPreviews(root, signal) {
  /** @type {Map<Element, Wanted>} */
  const waiting = new Map();
  /** @type {Wanted[]} */
  let queue = [];
  let running = 0;

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const wanted = waiting.get(target);
        if (isIntersecting && wanted) {
          waiting.delete(target);
          observer.unobserve(target);
          queue.push(wanted);
        }
      }
      work();
    },
    { root, rootMargin: "80px" },
  );
  signal.addEventListener("abort", () => {
    observer.disconnect();
    queue = [];
  });

  function work() {
    while (queue.length && running < REQUESTS && !signal.aborted) {
      load(queue.splice(0, PER_REQUEST));
    }
  }

  /** @param {Wanted[]} batch */
  async function load(batch) {
    running += 1;
    /** @type {(Preview | null)[]} */
    let drawn = [];
    try {
      const answer = await preview(
        batch.map(({ panel }) => panel),
        signal,
      );
      drawn = answer.panels;
    } catch {
      // Each card then says that its picture could not be loaded.
    }
    running -= 1;
    if (!signal.aborted) {
      batch.forEach(({ done }, index) => {
        done(drawn[index] ?? null);
      });
      work();
    }
  }

  return {
    /**
     * Load a picture when its place can be seen.
     * @param {Element} place
     * @param {Wanted} wanted
     */
    when(place, wanted) {
      waiting.set(place, wanted);
      observer.observe(place);
    },
  };
}
