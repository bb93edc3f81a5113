// @ts-check
// dashapp's own Dash components (dashapp/widgets/drawings/element.py): a tree of plain elements as one
// component, and elements that Dash has no component for. Text stays text; HTML cannot be sent.
/** @import { MarkupNode } from "../../types" */

// Elements that could run code, embed pages, or load files: third-party widgets may show untrusted text.
const REFUSED = /^(script|style|iframe|frame|object|embed|link|meta|base|template|noscript)$/;
const REFUSED_ATTRIBUTES = /^(on|(dangerouslySetInnerHTML|srcdoc)$)/i;
const URLS = ["href", "src", "action", "formaction", "poster", "xlinkhref", "xlink:href"];
const SAFE_URL = /^(https?:|mailto:|tel:|[/?#]|[^:]*$|data:image\/(png|gif|jpeg|webp);)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: browsers ignore them in a URL
const IGNORED_IN_URLS = /[\u0000-\u0020]/g;

const { React } = window;

/**
 * @param {string} name
 * @param {unknown} value
 */
function isSafe(name, value) {
  if (REFUSED_ATTRIBUTES.test(name)) {
    return false;
  }
  const isUrl = URLS.includes(name.toLowerCase());
  return !isUrl || SAFE_URL.test(String(value).replace(IGNORED_IN_URLS, ""));
}

/**
 * The attributes without unsafe ones. Pages that links open get no reference to this page.
 * @param {Record<string, unknown> | null | undefined} attributes
 */
function safeAttributes(attributes) {
  /** @type {Record<string, unknown>} */
  const safe = Object.fromEntries(
    Object.entries(attributes ?? {}).filter(([name, value]) => isSafe(name, value)),
  );
  if (safe.target) {
    safe.rel = "noopener noreferrer";
  }
  return safe;
}

/**
 * @param {MarkupNode} node
 * @returns {unknown}
 */
function draw(node) {
  if (!Array.isArray(node)) {
    return node;
  }
  const [name, attributes, children] = node;
  const tag = String(name).toLowerCase();
  return REFUSED.test(tag)
    ? null
    : React.createElement(tag, safeAttributes(attributes), ...(children ?? []).map(draw));
}

window.dashapp_ui = {
  /** @param {{ tree: MarkupNode[] }} props */
  Markup: ({ tree }) => React.createElement(React.Fragment, null, ...tree.map(draw)),

  /** @param {{ tag: string, attrs: Record<string, unknown>, id?: unknown, children: unknown }} props */
  Element: ({ tag, attrs, id, children }) => {
    const named = typeof id === "string" ? { id } : {};
    return REFUSED.test(tag)
      ? null
      : React.createElement(tag, { ...safeAttributes(attrs), ...named }, children);
  },
};

export {};
