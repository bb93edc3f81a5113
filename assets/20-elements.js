// The one Dash component of ours (dashapp/widgets/drawings/element.py): elements Dash has none for.
(function () {
  "use strict";

  var TAGS = ["svg", "path", "circle", "input", "select", "option", "kbd"];

  window.dashapp_ui = {
    Element: function (props) {
      if (TAGS.indexOf(props.tag) < 0) { return null; }
      var attributes = Object.assign({}, props.attrs, typeof props.id === "string" ? { id: props.id } : {});
      return window.React.createElement(props.tag, attributes, props.children);
    }
  };
})();
