// @ts-check
// Dash's data table. Few widgets draw one, so its script is loaded when the first table is drawn.

const { React } = window;
const script = /** @type {HTMLScriptElement} */ (document.currentScript);
const URL_OF_TABLE = script.src.replace(/\/dcc\/[^/]*$/, "/dash_table/bundle.js");

function load() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = URL_OF_TABLE;
    script.onload = resolve;
    script.onerror = () => reject(new Error("could not load dash_table"));
    document.head.appendChild(script);
  });
}

const Loaded = React.lazy(async () => {
  await load();
  const loaded = window.dash_table;
  window.dash_table = { ...loaded, ...placeholder }; // the same component as before: nothing remounts
  return { default: loaded.DataTable };
});

const placeholder = {
  /** @param {unknown} props */
  DataTable: (props) =>
    React.createElement(React.Suspense, { fallback: null }, React.createElement(Loaded, props)),
};
window.dash_table = placeholder;

export {};
