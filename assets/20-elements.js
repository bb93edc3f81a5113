// Our Dash components (dashapp/widgets/drawings/element.py): a tree of plain elements as one, and
// single elements that Dash has none for. Text is text; there is no way to send HTML.
(function () {
  "use strict";

  // No scripts, frames, styles or anything that loads; a third party's drawing may hold what people wrote.
  var REFUSED = /^(script|style|iframe|frame|object|embed|link|meta|base|template|noscript)$/;
  var ADDRESSES = ["href", "src", "action", "formaction", "poster", "xlinkhref", "xlink:href"];
  var SAFE_ADDRESS = /^(https?:|mailto:|tel:|[/?#]|[^:]*$|data:image\/(png|gif|jpeg|webp);)/i;

  // What an address bar would run is left out; another site learns nothing of this one.
  function attributesOf(given) {
    var kept = {};
    Object.keys(given || {}).forEach(function (name) {
      var value = given[name];
      if (/^on/i.test(name) || /^(dangerouslySetInnerHTML|srcdoc)$/i.test(name)) { return; }
      if (ADDRESSES.indexOf(name.toLowerCase()) >= 0 && !SAFE_ADDRESS.test(String(value).replace(/[\u0000-\u0020]/g, ""))) { return; }
      kept[name] = value;
    });
    if (kept.target) { kept.rel = "noopener noreferrer"; }
    return kept;
  }

  function draw(node) {
    if (!Array.isArray(node)) { return node; }
    var tag = String(node[0]).toLowerCase();
    if (REFUSED.test(tag)) { return null; }
    return window.React.createElement.apply(null, [tag, attributesOf(node[1])].concat((node[2] || []).map(draw)));
  }

  window.dashapp_ui = {
    Markup: function (props) {
      return window.React.createElement.apply(null, [window.React.Fragment, null].concat(props.tree.map(draw)));
    },
    Element: function (props) {
      if (REFUSED.test(props.tag)) { return null; }
      var attributes = Object.assign(attributesOf(props.attrs), typeof props.id === "string" ? { id: props.id } : {});
      return window.React.createElement(props.tag, attributes, props.children);
    }
  };
})();
