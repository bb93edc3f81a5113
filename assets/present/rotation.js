// @ts-check
// Which dashboards take turns, and how long each is shown: this browser remembers both.
import { all } from "../board/page/page.js";
import { store, stored } from "../board/page/storage.js";
import { place } from "../board/view/navigation.js";

/** @typedef {{ slug: string, title: string, link: HTMLAnchorElement }} Dashboard */

/** How long each dashboard is shown, in milliseconds; 0 is without an end. @type {Record<string, number>} */
export const TURNS = { off: 0, "30s": 30_000, "1m": 60_000, "5m": 300_000 };
const TURN = "rotation";

export const turn = () => stored(TURN, Object.keys(TURNS));

/** @param {string} chosen */
export const chooseTurn = (chosen) => store(TURN, chosen);

/**
 * The dashboards of the org, in the order of their tabs.
 * @returns {Dashboard[]}
 */
export function dashboards() {
  const links = /** @type {HTMLAnchorElement[]} */ (all(".tabs a[data-carry]"));
  return links.map((link) => ({
    slug: link.pathname.split("/").at(-1) ?? "",
    title: link.textContent ?? "",
    link,
  }));
}

/** @param {string} slug */
const settingOf = (slug) => `${TURN}-${place().org}-${slug}`;

/** @param {Dashboard} dashboard */
export const takesTurns = ({ slug }) => stored(settingOf(slug), ["on", "off"]) === "on";

/**
 * @param {Dashboard} dashboard
 * @param {boolean} isChosen
 */
export const chooseDashboard = ({ slug }, isChosen) =>
  store(settingOf(slug), isChosen ? null : "off");

/**
 * The dashboard whose turn it is before or after another one; null if there is none.
 * @param {Dashboard[]} all
 * @param {string} slug
 * @param {1 | -1} direction
 * @returns {Dashboard | null}
 */
export function nextOf(all, slug, direction) {
  const index = all.findIndex((dashboard) => dashboard.slug === slug);
  for (let step = 1; step < all.length; step += 1) {
    const next = all[(index + direction * step + all.length * step) % all.length];
    if (takesTurns(next)) {
      return next;
    }
  }
  return null;
}
