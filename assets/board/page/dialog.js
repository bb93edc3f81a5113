// @ts-check
// A modal dialog: a title, a part that scrolls, and a foot. The browser keeps the focus inside, closes it on
// Escape, and returns the focus to where it was.
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
  const cross = make("button", "btn quiet icon");
  cross.type = "button";
  cross.title = closeName;
  cross.setAttribute("aria-label", closeName);
  cross.append(make("i", "ic ic-x"));
  const [head, body, foot] = ["head", "body", "foot"].map((part) => make("div", `modal-${part}`));
  head.append(heading, cross);
  element.append(head, body, foot);
  document.body.append(element);

  const close = () => element.close();
  cross.addEventListener("click", close);
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
