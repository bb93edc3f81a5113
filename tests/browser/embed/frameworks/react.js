// React's own children inside and around the element; Strict Mode mounts everything twice.
import { StrictMode, Suspense, createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

function Page() {
  const [shop, change] = useState({ src: undefined, token: undefined, show: true, note: "one" });
  window.change = (more) => change((old) => ({ ...old, ...more }));
  return h("main", null,
    h("h1", null, shop.note),
    h(Suspense, { fallback: h("i", null, "Wait") },
      shop.show && h("dashapp-board", { src: shop.src, token: shop.token }, h("b", { key: "b" }, shop.note), shop.note === "two" && h("em", { key: "em" }, "more"))),
    h("footer", null, shop.note));
}

const root = createRoot(document.getElementById("root"));
root.render(h(StrictMode, null, h(Page)));
window.unmount = () => root.unmount();
