// @ts-check
// The keys of the command palette: ⌘K on Apple's computers, Ctrl+K on others.
const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

/** The keys as text. */
export const PALETTE_KEYS = isApple ? "⌘ K" : "Ctrl K";

/** @param {KeyboardEvent} event */
export const isPaletteKey = (event) =>
  event.key.toLowerCase() === "k" &&
  (isApple ? event.metaKey : event.ctrlKey) &&
  !event.altKey &&
  !event.shiftKey;
