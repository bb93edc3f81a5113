// @ts-check
// Copying to the clipboard.
import { word } from "./island.js";
import { toast } from "./toast.js";

/**
 * Copy a text and show whether that worked.
 * @param {string} text
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text); // undefined without HTTPS
    toast(word("copied"));
  } catch {
    toast(word("notCopied"));
  }
}
