// React renders children inside and around the element; Strict Mode mounts everything twice.
import { StrictMode, Suspense, createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

function Page() {
  const [state, setState] = useState({ src: undefined, token: undefined, show: true, note: "one" });
  window.change = (values) => setState((previous) => ({ ...previous, ...values }));
  return h("main", null,
    h("h1", null, state.note),
    h(Suspense, { fallback: h("i", null, "Wait") },
      state.show && h("dashapp-board", { src: state.src, token: state.token }, h("b", { key: "b" }, state.note), state.note === "two" && h("em", { key: "em" }, "more"))),
    h("footer", null, state.note));
}

const root = createRoot(document.getElementById("root"));
root.render(h(StrictMode, null, h(Page)));
window.unmount = () => root.unmount();
