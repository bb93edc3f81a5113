"""Code to copy into a product that embeds a dashboard. It has no secret, only its name."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from dashapp.domain.access.theme import Theme

_HTML = """<script src="{server}/embed.js" async></script>
<dashapp-board
  src="{server}/embed/{org}/{dashboard}"
  token="/dashapp-token">
</dashapp-board>"""

_PYTHON = """import os
import time
import uuid

import jwt  # PyJWT


def dashapp_token(viewer):
    now = int(time.time())
    claims = {{
        "aud": "dashapp-embed",
        "dashboard": "{dashboard}",
        "iat": now,
        "exp": now + 300,
        "jti": str(uuid.uuid4()),
        "sub": viewer,
        "session": 8 * 3600,{theme}
    }}
    secret = os.environ["DASHAPP_EMBED_SECRET"]
    return jwt.encode(claims, secret, algorithm="HS256", headers={{"kid": "{key}"}})"""

_NODE = """const crypto = require("node:crypto");

function dashappToken(viewer) {{
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1000);
  const claims = {{
    aud: "dashapp-embed", dashboard: "{dashboard}", iat: now, exp: now + 300,
    jti: crypto.randomUUID(), sub: viewer, session: 8 * 3600,{theme}
  }};
  const signed = part({{ alg: "HS256", typ: "JWT", kid: "{key}" }}) + "." + part(claims);
  const secret = process.env.DASHAPP_EMBED_SECRET;
  return signed + "." + crypto.createHmac("sha256", secret).update(signed).digest("base64url");
}}"""


class Place(NamedTuple):
    """What the code is for. `key` is the id of an embed key, or a placeholder."""

    server: str
    org: str
    dashboard: str
    key: str


def snippets(place: Place, theme: Mapping[str, object]) -> dict[str, str]:
    """Return the code by the name of its language."""
    values = place._asdict()
    shown = json.dumps(theme, separators=(", ", ": "))
    in_python = f'\n        "theme": {shown},' if theme else ""
    in_node = f"\n    theme: {shown}," if theme else ""
    return {
        "HTML": _HTML.format(**values),
        "Python": _PYTHON.format(**values, theme=in_python),
        "Node.js": _NODE.format(**values, theme=in_node),
    }


def claims_of(theme: Theme) -> dict[str, object]:
    """Return a theme as the claim of a token, without what is not set."""
    chosen = {"accent": theme.accent, "font": theme.font, "radius": theme.radius}
    mode = {} if theme.mode == "auto" else {"mode": theme.mode}
    return mode | {name: value for name, value in chosen.items() if value is not None}
