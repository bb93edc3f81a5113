"""500 hostile texts that would run as code if they were ever treated as more than text."""

from itertools import product

_CODE = "window.__xss=1"
_TAGS = (
    "img src=x",
    "svg",
    "body",
    "details open",
    "video src=x",
    "input autofocus",
    "marquee",
    "a",
    "button",
    "style",
)
_EVENTS = (
    "onerror", "onload", "ontoggle", "onfocus", "onclick", "onmouseover", "onpointerover",
    "onanimationstart", "onbegin",
)  # fmt: skip
_URLS = (
    f"javascript:{_CODE}", f"JaVaScRiPt:{_CODE}", f"java\u00adscript:{_CODE}", f" javascript:{_CODE}",
    f"javascript&colon;{_CODE}", f"&#106;avascript:{_CODE}", f"vbscript:{_CODE}",
    f"data:text/html,<script>{_CODE}</script>", "data:text/html;base64,PHNjcmlwdD4=",
    f"javascript://%0a{_CODE}", f"blob:javascript:{_CODE}", "https://elsewhere.example/x.png",
    "//elsewhere.example/x.png",
)  # fmt: skip
_URL_MARKUP = (
    '<a href="{}">x</a>', "<a href='{}' target=_blank>x</a>", '<iframe src="{}"></iframe>',
    '<img src="{}">', '<form action="{}"><button>x</button></form>', '<embed src="{}">',
    '<object data="{}"></object>', '<link rel=stylesheet href="{}">', '<base href="{}">',
    '<meta http-equiv=refresh content="0;url={}">', '<svg><use href="{}"/></svg>',
    '<svg><a xlink:href="{}"><text>x</text></a></svg>', '<b style="background:url({})">x</b>',
    '<span style="font-size:9px">{}</span>', "{}", '" href="{}', "' src='{}", '<script src="{}">',
)  # fmt: skip
_TERMINATORS = (
    '">',
    "'>",
    "</title>",
    "</script>",
    "</textarea>",
    "-->",
    "]]>",
    '\\">',
    "<!--",
    "`>",
    "*/",
    "}}",
)
_BODIES = (
    f"<script>{_CODE}</script>", f"<img src=x onerror={_CODE}>", f"<svg/onload={_CODE}>",
    f"<template><script>{_CODE}</script></template>", f"<math><mi//xlink:href='javascript:{_CODE}'>",
)  # fmt: skip
_QUOTES = ('"', "'", "`", "&quot;", "&#39;", "\\u0022", "%22", "＂")
_UNUSUAL = (
    "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "%(age)s", "%s", "{0}", "{}", "__proto__",
    "constructor", "toString", "null", "undefined", "NaN", "true", "0", "-1", "[object Object]",
    "&lt;script&gt;", "&amp;lt;b&amp;gt;", "&#x3c;script&#x3e;", "\\x3cscript\\x3e", "%3Cscript%3E",
    "＜script＞window.__xss=1＜/script＞", "\u202eevil\u202c", "a\u200bb", "a\u0301\u0301\u0301",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "ß", "ﷺ", "x\ufeffx",
    "=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", '=HYPERLINK("https://elsewhere.example")',
    "<b>bold</b>", "<i>i</i><br>", "<sup>1</sup>", "a\u2028b", "$$x$$", "\\(x\\)", "**md**", "[a](b)",
)  # fmt: skip

_ALL = (
    *(f"<{tag} {event}={_CODE}>" for tag, event in product(_TAGS, _EVENTS)),
    *(carrier.format(address) for carrier, address in product(_URL_MARKUP, _URLS)),
    *(f"{broken}{body}" for broken, body in product(_TERMINATORS, _BODIES)),
    *(f"x{quote} {event}={quote}{_CODE}" for quote, event in product(_QUOTES, _EVENTS)),
    *_UNUSUAL,
)
PAYLOADS = tuple(dict.fromkeys(_ALL))[-500:]
