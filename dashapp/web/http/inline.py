"""The inline scripts of a member's page: a few lines that must run before any file has loaded.

They are the same in every page, so the Content-Security-Policy allows them by their hashes. Pages
that other sites may frame have none.
"""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from flask import Flask, request
from markupsafe import Markup

from dashapp.web.http.safe_redirects import is_embed_path

# Runs before the first paint: sets the color theme that was chosen in this browser.
_THEME = (
    'try{var t=localStorage.getItem("dashapp-theme");'
    'if(t==="light"||t==="dark")document.documentElement.dataset.theme=t;'
    'else if(t!==null)localStorage.removeItem("dashapp-theme")}catch(e){}'
)
# Runs before two megabytes of scripts are parsed: requests the layout, which Dash needs first, in
# the same way as Dash. assets/board/page/handover.js passes the response on.
_LAYOUT = (
    '{let layout=fetch(location.pathname+"/_dash-layout"+location.search,'
    '{credentials:"same-origin",'
    'headers:{Accept:"application/json","Content-Type":"application/json"}});'
    "layout.catch(()=>{});"
    'Object.defineProperty(window,"dashappHandover",'
    "{configurable:true,value:Object.freeze({layout})})}"
)
_SCRIPTS = {"theme": _THEME, "layout": _LAYOUT}


def init_app(server: Flask) -> None:
    server.jinja_env.globals["inline"] = _tag


def script_hashes() -> Sequence[str]:
    """Return the hashes for the `script-src` of this request's response."""
    return () if is_embed_path(request.path) else _HASHES


def _tag(name: str) -> Markup:
    if is_embed_path(request.path):
        return Markup()
    return Markup("<script>{}</script>").format(Markup(_SCRIPTS[name]))  # noqa: S704 - our own


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


_HASHES = tuple(map(_hash, _SCRIPTS.values()))
