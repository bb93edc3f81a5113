// @ts-check
// Takes the secret of a link out of the address and sends it with the form. Only looking at what
// the link is for follows: people confirm that on the next page.
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("link"));
const secret = location.hash.slice(1);

if (form && secret) {
  history.replaceState(null, "", location.pathname);
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("secret"));
  field.value = secret;
  form.submit();
}
