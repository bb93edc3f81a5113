// @ts-check
// Passkeys: asks the server what to sign, the browser to sign it, and sends the answer with the form.
import { all, find, getInput } from "../board/page/page.js";

/**
 * @typedef {object} Parsers
 * @property {(options: object) => PublicKeyCredentialCreationOptions} [parseCreationOptionsFromJSON]
 * @property {(options: object) => PublicKeyCredentialRequestOptions} [parseRequestOptionsFromJSON]
 */

const parsers = /** @type {Parsers} */ (/** @type {unknown} */ (window.PublicKeyCredential ?? {}));
const isAvailable = Boolean(
  parsers.parseCreationOptionsFromJSON && parsers.parseRequestOptionsFromJSON,
);

/** @param {HTMLFormElement} form */
async function askServer(form) {
  const body = new URLSearchParams({
    csrf_token: getInput("[name=csrf_token]", form).value,
    step: form.dataset.step ?? "",
  });
  const response = await fetch(form.dataset.options ?? "", { method: "POST", body });
  if (!response.ok) {
    throw new Error(`status ${response.status}`);
  }
  return response.json();
}

/**
 * @param {HTMLFormElement} form
 * @param {object} options
 */
async function askBrowser(form, options) {
  const isNew = form.dataset.passkey === "create";
  const credential = isNew
    ? await navigator.credentials.create({
        publicKey: parsers.parseCreationOptionsFromJSON?.(options),
      })
    : await navigator.credentials.get({
        publicKey: parsers.parseRequestOptionsFromJSON?.(options),
      });
  return JSON.stringify(credential);
}

/** @param {HTMLFormElement} form */
async function use(form) {
  const failure = find("[data-passkey-failed]", form);
  failure?.toggleAttribute("hidden", true);
  try {
    const credential = await askBrowser(form, await askServer(form));
    getInput("[name=credential]", form).value = credential;
    form.submit();
  } catch {
    failure?.toggleAttribute("hidden", false);
  }
}

for (const element of all("form[data-passkey]")) {
  const form = /** @type {HTMLFormElement} */ (element);
  const button = find("[data-do-passkey]", form);
  if (isAvailable && button) {
    form.hidden = false;
    button.hidden = false;
    button.addEventListener("click", () => use(form));
  }
  if (!isAvailable) {
    find("[data-no-passkeys]", form.parentElement ?? document)?.removeAttribute("hidden");
  }
}
