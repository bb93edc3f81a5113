"""The settings page of embedding: origins, code, the preview, and the embed log."""

import ast
import re

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.orgs import embed_log, origins
from dashapp.store.orgs.embed_log import Entry
from dashapp.web.pages.settings.embedding.refusals import ADVICE
from tests import factories
from tests.embedding import allow, bearer, exchange
from tests.web.pages.settings.settings_pages import SETTINGS, recorded, submit

PAGE = "/embedding"
FRAME = re.compile(r'src="(/embed/acme/operations\?preview)#token=([^"]+)"')


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


def show(client, query=""):
    return client.get(f"{SETTINGS}{PAGE}{query}")


def allowed(store, owner):
    with store.read(owner) as session:
        return dict(origins.allowed_origins(session, owner))


def token_in(page):
    return FRAME.search(page.text)[2]


def test_an_origin_of_the_org_is_added_and_removed(ada, store, acme):
    added = submit(ada, f"{PAGE}/origins", page=PAGE, origin=" https://Shop.example ")
    assert added.location.endswith("?done=added")
    assert allowed(store, acme) == {"https://shop.example": False}

    page = f"{PAGE}/origins/remove?origin=https://shop.example"
    removed = submit(ada, f"{PAGE}/origins/remove", page=page, origin="https://shop.example")

    assert removed.location.endswith("?done=removed")
    assert allowed(store, acme) == {}
    assert [row[0] for row in recorded(store, acme)] == ["origin_added", "origin_removed"]


def test_an_origin_of_the_provider_stays(ada, store, acme):
    allow(store, acme, "https://shop.example")
    page = show(ada).text

    response = submit(ada, f"{PAGE}/origins/remove", page=PAGE, origin="https://shop.example")

    assert "Your provider" in page
    assert "origins/remove?" not in page
    assert response.status_code == 403
    assert "Your provider has set this origin." in response.text
    assert allowed(store, acme) == {"https://shop.example": True}


@pytest.mark.parametrize(
    "origin", ["", "shop.example", "https://*.github.io", "https://a b", "x\x00"]
)
def test_an_invalid_origin_is_explained(ada, store, acme, origin):
    response = submit(ada, f"{PAGE}/origins", page=PAGE, origin=origin)

    assert response.status_code == 422
    assert 'id="origin-error"' in response.text
    assert recorded(store, acme) == []


def test_the_preview_shows_the_numbers_of_the_org_only(ada, client, embed_events):
    token = token_in(show(ada))
    new = exchange(client, token).json

    data = client.get(
        "/api/v1/dashboards/operations/data?time_range=7d", headers=bearer(new["token"])
    ).json

    total = next(p for p in data["panels"] if p["slug"] == "total-validations")
    assert total["rows"][0]["value"] == 5
    assert client.post(
        "/embed/rival/operations/token", headers=bearer(token), json={}
    ).status_code == 404  # fmt: skip


def test_the_preview_has_the_chosen_theme(ada, client):
    page = show(ada, "?mode=dark&accent=%23a834a8&radius=2&font=Georgia")
    theme = exchange(client, token_in(page)).json["theme"]

    assert theme["mode"] == "dark"
    assert theme["variables"]["all"]["--r-l"] == "2px"
    assert theme["variables"]["all"]["--font"] == "Georgia"
    assert "&#34;accent&#34;: &#34;#a834a8&#34;" in page.text


def test_an_invalid_theme_is_explained_and_left_out(ada, client):
    page = show(ada, "?mode=pink&accent=red&radius=999&font=%7B%7D&dashboard=none")

    assert page.text.count('aria-invalid="true"') == 4
    assert exchange(client, token_in(page)).json["theme"]["mode"] == "auto"


def test_a_preview_ends_when_its_person_loses_the_role(ada, client, store, acme):
    new = exchange(client, token_in(show(ada))).json["token"]
    renewal = {"headers": bearer(new), "json": {}}
    assert client.post("/embed/acme/operations/token", **renewal).status_code == 200

    from dashapp.store.people import users

    with store.write_shared() as session:
        ada_id = users.find_user(session, "ada@example.com").id
        users.set_membership(session, acme, ada_id, Role.AUTHOR, now=1)

    assert client.post("/embed/acme/operations/token", **renewal).status_code == 401


def test_a_preview_ends_after_ten_minutes(ada, client, clock):
    token = token_in(show(ada))
    new = exchange(client, token).json
    assert new["seconds"] == 600
    clock.advance(seconds=61)
    assert client.get("/api/v1/metrics", headers=bearer(token)).status_code == 401
    clock.advance(seconds=540)

    assert exchange(client, new["token"]).status_code == 401


def test_previews_leave_no_trace_in_the_log_of_viewers(ada, client, store, acme, clock):
    token = token_in(show(ada))
    exchange(client, token)
    clock.advance(hours=1)
    exchange(client, token)

    with store.read(acme) as session:
        assert embed_log.last_entries(session, acme) == []


def test_a_changed_preview_token_is_refused(ada, client):
    token = token_in(show(ada))
    head, body, signature = token.split(".")

    for wrong in (
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}x.{signature}",
        f"{head}..",
    ):
        assert exchange(client, wrong).status_code == 401


def test_only_pages_of_this_server_may_frame_a_preview(ada, client, store, acme):
    allow(store, acme, "https://shop.example")

    def ancestors(path):
        policy = client.get(path).headers["Content-Security-Policy"]
        return next(part for part in policy.split("; ") if part.startswith("frame-ancestors"))

    assert ancestors("/embed/acme/operations?preview") == "frame-ancestors 'self'"
    assert ancestors("/embed/acme/operations") == "frame-ancestors https://shop.example"
    assert ancestors("/embed/acme/none?preview") == "frame-ancestors 'none'"
    assert "frame-src 'self'" in show(ada).headers["Content-Security-Policy"]
    keys = ada.get("/app/acme/settings/keys").headers["Content-Security-Policy"]
    assert "frame-src 'none'" in keys


def test_the_code_names_the_newest_embed_key_and_no_secret(ada, store, acme, signer):
    page = show(ada).text

    assert f"&#34;kid&#34;: &#34;{signer.key_id}&#34;" in page
    assert signer.secret not in page
    assert "DASHAPP_EMBED_SECRET" in page


def test_without_a_key_the_page_says_to_create_one(ada):
    page = show(ada).text

    assert "Create an embed key first." in page
    assert "YOUR_KEY_ID" in page


def test_the_python_code_makes_a_token_that_is_accepted(ada, client, signer, monkeypatch, clock):
    from html import unescape

    text = re.search(r"<textarea[^>]*>(import os.*?)</textarea>", show(ada).text, re.DOTALL)[1]
    code = compile(ast.parse(unescape(text)), "snippet", "exec")
    monkeypatch.setenv("DASHAPP_EMBED_SECRET", signer.secret)
    names = {}
    exec(code, names)
    monkeypatch.setattr(names["time"], "time", clock.now.timestamp)

    assert exchange(client, names["dashapp_token"]("viewer")).status_code == 200


def test_the_log_says_who_came_and_what_to_do_about_a_refusal(ada, store, acme):
    attempts = [("taken", "", "v-1"), ("expired", "expired 340 s ago", "<b>v-2</b>")]
    with store.write(acme) as session:
        for code, message, viewer in attempts:
            entry = Entry(1, code, message, "operations", "k", viewer, "t")
            embed_log.log(session, acme, entry)

    page = show(ada).text

    assert "v-1" in page
    assert "&lt;b&gt;v-2&lt;/b&gt;" in page
    assert "expired 340 s ago" in page
    assert "Make a new token for each request." in page


def test_every_refusal_has_advice():
    from dashapp.settings import resource

    folder = resource("templates").parent
    names = ("domain/access/embed.py", "domain/secrets/tokens.py", "store/orgs/keys.py")
    text = "".join((folder / name).read_text() for name in names)

    codes = set(re.findall(r'(?:RefusedToken\(|_bad\([^)]*, |__init__\(\s*)"([a-z_]+)"', text))
    assert codes - set(ADVICE) == set()
    assert {"expired", "bad_claim", "revoked_key"} <= set(ADVICE)


def test_an_org_without_anything_says_so(ada):
    page = show(ada).text

    assert "No site may embed dashboards yet." in page
    assert "Nobody has opened an embedded dashboard yet." in page


def test_authors_see_no_preview(browser, store, acme):
    assert show(browser("bea@example.com")).status_code == 403
    factories.add_user(store, "abe@example.com", (acme, Role.ADMIN))
    assert FRAME.search(show(browser("abe@example.com")).text)
