// Vue sets a property if the element has it and an attribute otherwise, in any order.
import { createApp, h, nextTick, reactive, KeepAlive, Transition } from "vue";

const state = reactive({ src: undefined, token: null, show: true, note: "one" });
window.change = (values) => { Object.assign(state, values); return nextTick(); };
const app = createApp({
  render: () => h("main", [
    h("h1", state.note),
    h(Transition, { css: false }, () => state.show ? h("dashapp-board", { token: state.token, src: state.src, onDashappReady: () => { state.lastEvent = "ready"; } }, [h("b", state.note)]) : null),
    h("footer", state.lastEvent)
  ])
});
app.mount("#root");
window.unmount = () => app.unmount();
