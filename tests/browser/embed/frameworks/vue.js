// Vue sets properties where an element has them, in any order, and attributes else.
import { createApp, h, nextTick, reactive, KeepAlive, Transition } from "vue";

const shop = reactive({ src: undefined, token: null, show: true, note: "one" });
window.change = (more) => { Object.assign(shop, more); return nextTick(); };
const app = createApp({
  render: () => h("main", [
    h("h1", shop.note),
    h(Transition, { css: false }, () => shop.show ? h("dashapp-board", { token: shop.token, src: shop.src, onDashappReady: () => { shop.heard = "ready"; } }, [h("b", shop.note)]) : null),
    h("footer", shop.heard)
  ])
});
app.mount("#root");
window.unmount = () => app.unmount();
