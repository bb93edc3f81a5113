"""A vendor's product with an embedded dashboard for each customer. Start it with `make demo-embed`.

The parts to copy are `token` and the five lines in `PAGE`; the rest imitates a product with a login.
"""

import json
import os
import time
import uuid
from pathlib import Path

import jwt
from flask import Flask, abort, redirect, render_template_string, session

app = Flask(__name__)
app.secret_key = os.urandom(32)
KEYS = Path(os.environ.get("VENDOR_KEYS", "var/demo/vendor.json"))
CUSTOMERS = {"acme": "Acme", "rival": "Rival"}

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Shop tools</title>
<style>body{font:16px/1.5 Georgia,serif;max-width:1100px;margin:2rem auto;padding:0 1rem;background:#fbf7f0;color:#2b2118}
a{color:#8a3b12;margin-right:1rem}</style>
<h1>Shop tools</h1>
<p>{% for slug, name in customers.items() %}<a href="/as/{{ slug }}">Log in as {{ name }}</a>{% endfor %}</p>
{% if customer %}
<h2>{{ customers[customer] }}, your numbers</h2>
<script src="{{ dashapp }}/embed.js" async></script>
<dashapp-board src="{{ dashapp }}/embed/{{ customer }}/operations?time_range=30d" token="/token">
<p>Your numbers cannot be shown right now. Reload the page, or ask our support.</p>
</dashapp-board>
{% endif %}"""


def keys() -> dict:
    return json.loads(KEYS.read_text())


@app.get("/")
def home():
    return render_template_string(
        PAGE, customers=CUSTOMERS, customer=session.get("customer"), dashapp=keys()["dashapp"]
    )


@app.get("/as/<slug>")
def log_in(slug: str):
    session["customer"] = slug if slug in CUSTOMERS else None
    return redirect("/")


@app.post("/token")
def token():
    """Return a token for one dashboard of the customer who is logged in, valid for five minutes."""
    customer = session.get("customer") or abort(401)
    key, now = keys()[customer], int(time.time())
    claims = {"aud": "dashapp-embed", "dashboard": "operations", "iat": now, "exp": now + 300,
              "jti": str(uuid.uuid4()), "sub": f"someone at {customer}", "session": 8 * 3600,
              "theme": {"mode": "light", "accent": "#c2571a", "font": "Georgia, serif", "radius": 4}}  # fmt: skip
    return jwt.encode(claims, key["secret"], algorithm="HS256", headers={"kid": key["id"]})
