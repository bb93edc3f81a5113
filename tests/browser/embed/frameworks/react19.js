// React 19 sets properties, including a token function that is new with every render.
import { StrictMode, createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";

function Page() {
  const [count, setCount] = useState(0);
  const [lastEvent, setLastEvent] = useState("");
  window.change = () => setCount((previous) => previous + 1);
  const getToken = async () => (await fetch("/token", { method: "POST", headers: { "X-CSRF": "1" } })).text();
  return h("main", null,
    h("dashapp-board", { src: count ? window.SRC : undefined, getToken, "ondashapp-ready": () => setLastEvent("ready") }, h("b", null, count)),
    h("footer", null, lastEvent));
}

createRoot(document.getElementById("root")).render(h(StrictMode, null, h(Page)));
