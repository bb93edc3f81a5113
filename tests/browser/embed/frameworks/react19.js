// React 19 sets properties: a function for tokens is one, new with each rendering.
import { StrictMode, createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

function Page() {
  const [count, change] = useState(0);
  const [events, note] = useState("");
  window.change = () => change((old) => old + 1);
  const getToken = async () => (await fetch("/token", { method: "POST", headers: { "X-CSRF": "1" } })).text();
  return h("main", null,
    h("dashapp-board", { src: count ? window.SRC : undefined, getToken, "ondashapp-ready": () => note("ready") }, h("b", null, count)),
    h("footer", null, events));
}

createRoot(document.getElementById("root")).render(h(StrictMode, null, h(Page)));
