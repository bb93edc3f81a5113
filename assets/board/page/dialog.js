// @ts-check
// A modal dialog: a title, a part that scrolls, and a foot. The browser keeps the focus inside, closes it on
// Escape, and returns the focus to where it was.
import { iconButton } from "./icon-button.js";
import { make } from "./page.js";

/** @typedef {{ element: HTMLDialogElement, heading: HTMLElement, body: HTMLElement, foot: HTMLElement, close(): void }} Modal */

/**
 * Open a dialog.
 * @param {{ title: string, closeName: string, className?: string, onClose?: () => void }} options
 * @returns {Modal}
 */
export function openDialog({ title, closeName, className = "", onClose }) {
  const element = make("dialog", `modal ${className}`);
  const heading = make("h2", "", title);
  heading.id = "modal-h";
  heading.tabIndex = -1;
  element.setAttribute("aria-labelledby", heading.id);
  const [head, body, foot] = ["head", "body", "foot"].map((part) => make("div", `modal-${part}`));
  const close = () => element.close();
  head.append(heading, iconButton("x", closeName, close));
  element.append(head, body, foot);
  document.body.append(element);

  let isPressedOutside = false; // a drag that ends outside is no click on the backdrop
  element.addEventListener("pointerdown", (event) => {
    isPressedOutside = event.target === element;
  });
  element.addEventListener("click", (event) => {
    if (event.target === element && isPressedOutside) {
      close();
    }
  });
  element.addEventListener("close", () => {
    element.remove();
    onClose?.();
  });
  element.showModal();
  return { element, heading, body, foot, close };
}
