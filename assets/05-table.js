// dash_table is for the few widgets that draw one: its script comes when the first is drawn.
(function () {
  "use strict";

  var React = window.React;
  var ADDRESS = document.currentScript.src.replace(/\/dcc\/[^/]*$/, "/dash_table/bundle.js");

  function load() {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = ADDRESS;
      script.onload = resolve;
      script.onerror = function () { reject(new Error("could not load dash_table")); };
      document.head.appendChild(script);
    });
  }

  var Loaded = React.lazy(function () {
    return load().then(function () {
      var real = window.dash_table;
      window.dash_table = Object.assign({}, real, own); // the same before and after: nothing remounts
      return { default: real.DataTable };
    });
  });

  var own = {
    DataTable: function (props) {
      var table = React.createElement(Loaded, props);
      return React.createElement(React.Suspense, { fallback: null }, table);
    }
  };
  window.dash_table = own;
})();
