"""The few lines of script that stand in a page itself, because they cannot wait for a file.

They are the same in every page, so that the policy allows them by their hashes and nothing else.
"""

from base64 import b64encode
from hashlib import sha256

from flask import Flask
from markupsafe import Markup

# Before the first paint: the colours that the reader chose here.
_THEME = (
    'try{var t=localStorage.getItem("dashapp-theme");'
    'if(t==="light"||t==="dark")document.documentElement.dataset.theme=t;'
    'else if(t!==null)localStorage.removeItem("dashapp-theme")}catch(e){}'
)
# Before two megabytes of script are read: what they will ask for first, as Dash asks.
_LAYOUT = (
    'window.dashappLayout=fetch(location.pathname+"/_dash-layout"+location.search,'
    '{credentials:"same-origin",'
    'headers:{Accept:"application/json","Content-Type":"application/json"}});'
    "dashappLayout.catch(function(){})"
)
_SCRIPTS = {"theme": _THEME, "layout": _LAYOUT}


def init_app(server: Flask) -> None:
    server.jinja_env.globals["inline"] = _tag


def script_hashes() -> list[str]:
    """For the policy's `script-src`."""
    return [f"'sha256-{_hash(script)}'" for script in _SCRIPTS.values()]


def _tag(name: str) -> Markup:
    return Markup("<script>{}</script>").format(Markup(_SCRIPTS[name]))  # noqa: S704 - our own


def _hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()
