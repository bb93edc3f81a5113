// @ts-check
// A modal dialog: a title, a part that scrolls, and a foot. The browser keeps the focus inside, closes it on
// Escape, and returns the focus to where it was.
import { iconButton } from "./icon-button.js";
import { make } from "./page.js";

/**
 * A dialog. The user's ways out ask `mayClose` first; `leave` is one more of them, and `close` asks nothing.
 * @typedef {{
 *   element: HTMLDialogElement, heading: HTMLElement, body: HTMLElement, foot: HTMLElement,
 *   mayClose: () => boolean | Promise<boolean>, leave(): void, close(): void,
 * }} Modal
 */

let opened = 0;

/**
 * Open a dialog.
 * @param {{ title: string, closeName: string, className?: string, onClose?: () => void }} options
 * @returns {Modal}
 */
export function openDialog({ title, closeName, className = "", onClose }) {
  const element = make("dialog", `modal ${className}`);
  const heading = make("h2", "", title);
  opened += 1;
  heading.id = `modal-h${opened}`; // a dialog may ask something in another one
  heading.tabIndex = -1;
  element.setAttribute("aria-labelledby", heading.id);
  const [head, body, foot] = ["head", "body", "foot"].map((part) => make("div", `modal-${part}`));
  const close = () => element.close();
  const leave = async () => {
    if (await modal.mayClose()) {
      close();
    }
  };
  /** @type {Modal} */
  const modal = { element, heading, body, foot, mayClose: () => true, leave, close };
  head.append(heading, iconButton("x", closeName, leave));
  element.append(head, body, foot);
  document.body.append(element);

  let isPressedOutside = false; // a drag that ends outside is no click on the backdrop
  element.addEventListener("pointerdown", (event) => {
    isPressedOutside = event.target === element;
  });
  element.addEventListener("click", (event) => {
    if (event.target === element && isPressedOutside) {
      leave();
    }
  });
  // Browsers close a dialog on the second Escape in a row, whatever the event "cancel" says.
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation(); // what is below the dialog stays open
      leave();
    }
  });
  element.addEventListener("cancel", (event) => {
    if (event.target === element) {
      event.preventDefault();
      leave();
    }
  });
  element.addEventListener("close", () => {
    element.remove();
    onClose?.();
  });
  element.showModal();
  return modal;
}
