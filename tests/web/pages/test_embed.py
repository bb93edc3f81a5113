"""Embedded boards: who may see what with which token, and what nobody is told."""

import json
import re
from hashlib import sha256

import pytest

from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.provision import provision
from dashapp.settings import resource
from dashapp.store.orgs import keys
from tests.embedding import DATA, SHELL, Signer, allow, bearer, entries, exchange
from tests.factories import NOW, event, refresh_body, send

AT = "2026-11-19T12:00:00Z"


def value(answer, slug):
    return next(p["rows"][0]["value"] for p in answer.json["panels"] if p["slug"] == slug)


@pytest.fixture
def events(store, acme, rival):
    for channel, count in (("web", 2), ("api", 3)):
        send(store, acme, [
            event("validation_run.created", AT, channel=channel, user="u",
                  properties={"store": channel, "term": channel})
            for _ in range(count)
        ])  # fmt: skip
    send(store, rival, [event("validation_run.created", AT, user="rival-only") for _ in range(7)])


def test_the_shell_is_the_same_for_everybody_and_holds_nothing(client, store, acme, browser):
    allow(store, acme, "https://shop.example", "http://localhost:9000")

    shell = client.get(SHELL)
    csp = shell.headers["Content-Security-Policy"]

    assert shell.status_code == 200
    assert "frame-ancestors http://localhost:9000 https://shop.example" in csp
    assert "unsafe-eval" not in csp
    assert shell.headers["Referrer-Policy"] == "no-referrer"
    assert shell.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in shell.headers
    assert "Acme" not in shell.text
    assert "Operations" not in shell.text
    signed = re.compile(r'"end_id": "[^"]+"')  # Dash signs the id of a page
    theirs = browser("ada@example.com").get(SHELL).text
    assert signed.sub("", theirs) == signed.sub("", shell.text)


@pytest.mark.parametrize(
    "path", ["/embed/nope/operations", "/embed/acme/nope", "/embed/rival/operations"]
)
def test_what_is_not_there_has_the_same_shell_and_cannot_be_framed(client, store, acme, path):
    allow(store, acme, "https://shop.example")

    shell = client.get(path)

    assert shell.status_code == 200
    assert "frame-ancestors 'none'" in shell.headers["Content-Security-Policy"]
    assert '<script type="application/json" id="origins">[]</script>' in shell.text


@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_everything_of_an_embed_says_who_may_frame_it(client, signer, store, acme, kind):
    allow(store, acme, "https://shop.example")
    token = signer.token() if kind == "right" else "a.b.c"
    answers = [
        client.get(f"{SHELL}/{path}", headers=bearer(token))
        for path in ("_dash-layout", "_dash-dependencies")
    ]
    answers += [
        client.post(f"{SHELL}/{path}", headers=bearer(token), json={})
        for path in ("token", "theme")
    ]
    answers.append(
        client.post(f"{SHELL}/_dash-update-component", headers=bearer(token), json=refresh_body())
    )

    for answer in answers:
        assert answer.status_code == (200 if kind == "right" else 401)
        assert "frame-ancestors https://shop.example" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
    for path in ("/embed/acme/nope", "/embed/nope/operations"):
        answer = client.get(f"{path}/_dash-layout", headers=bearer(token))
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_token_opens_its_dashboard(client, signer, events):
    answer = client.get(DATA, headers=bearer(signer.token()))

    assert value(answer, "total-validations") == 5


def test_a_page_token_opens_it_too_and_is_renewed_while_the_session_lasts(
    client, signer, events, clock
):
    made = exchange(client, signer.token(session=3600)).json
    assert (made["seconds"], made["can_renew"]) == (900, True)
    clock.advance(seconds=890)
    again = exchange(client, made["token"]).json
    clock.advance(seconds=890)

    assert client.get(DATA, headers=bearer(made["token"])).status_code == 401
    assert client.get(DATA, headers=bearer(again["token"])).status_code == 200


def test_a_page_that_slept_is_renewed_until_its_session_ends(client, signer, clock, store):
    page = exchange(client, signer.token(session=3600)).json["token"]
    clock.advance(seconds=3_000)
    assert client.get(DATA, headers=bearer(page)).status_code == 401
    assert exchange(client, page).json["seconds"] == 600

    with store.changing() as session:
        keys.revoke_key(session, signer.key_id, now=2)
    assert exchange(client, page).status_code == 401


def test_a_page_of_a_token_that_began_later_holds(client, signer):
    token = signer.token(iat=NOW.timestamp() - 100, exp=NOW.timestamp() + 100, nbf=NOW.timestamp() - 10)  # fmt: skip
    page = exchange(client, token).json["token"]

    assert client.get(DATA, headers=bearer(page)).status_code == 200


def test_what_is_exchanged_within_the_leeway_lives_to_its_end(client, signer, clock):
    token = signer.token()
    clock.advance(seconds=310)
    made = exchange(client, token).json
    assert (made["seconds"], made["can_renew"]) == (20, False)
    assert client.get(DATA, headers=bearer(made["token"])).status_code == 200

    clock.advance(seconds=20)
    for old in (token, made["token"]):
        assert exchange(client, old).status_code == 401
        assert client.get(DATA, headers=bearer(old)).status_code == 401


def test_what_is_too_late_to_be_exchanged_makes_no_dead_page(client, signer, clock):
    token = signer.token()
    clock.advance(seconds=329.5)

    assert exchange(client, token).status_code == 401
    assert client.get(DATA, headers=bearer(token)).status_code == 200


@pytest.mark.parametrize("letter", ["x", "店"])
def test_a_token_as_long_as_may_be_opens_a_page_that_holds(client, signer, letter):
    """Node and PHP write letters as they are; Python's json, and so a naive page token, does not."""
    stores = [f"{letter * (51 if letter == 'x' else 17)}{number:03}" for number in range(100)]
    claims = signer.claims(filters={"properties.store": stores}, session=3600)
    token = signer.sign(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
    assert 7_900 < len(token) <= 8_192

    page = exchange(client, token).json["token"]

    assert client.get(DATA, headers=bearer(page)).status_code == 200
    assert exchange(client, page).status_code == 200


def test_an_embed_token_may_not_be_as_long_as_a_page_token(client, signer, store, acme):
    token = signer.token(filters={"properties.store": ["x" * 64] * 95})
    assert 8_192 < len(token) < 9_216

    assert exchange(client, token).status_code == 401
    (entry,) = entries(store, acme)
    assert entry.message == "longer than 8,192 characters"


def test_a_session_ends_and_no_renewal_goes_beyond_it(client, signer, clock):
    page = exchange(client, signer.token(session=1000)).json
    clock.advance(seconds=880)
    page = exchange(client, page["token"]).json
    assert (page["seconds"], page["can_renew"]) == (120, False)
    clock.advance(seconds=121)

    assert exchange(client, page["token"]).status_code == 401


def test_without_a_session_a_page_lives_as_long_as_its_token(client, signer):
    made = exchange(client, signer.token()).json

    assert (made["seconds"], made["can_renew"]) == (330, False)  # and its leeway


@pytest.mark.parametrize(
    ("seconds", "status"), [(299, 200), (329, 200), (330, 401), (-30, 200), (-31, 401)]
)
def test_the_servers_clock_decides_with_half_a_minute_of_leeway(
    client, signer, clock, seconds, status
):
    token = signer.token()
    clock.advance(seconds=seconds)

    assert client.get(DATA, headers=bearer(token)).status_code == status


def test_a_token_is_not_single_use(client, signer):
    token = signer.token()

    assert {exchange(client, token).status_code for _ in range(3)} == {200}


def test_keys_rotate_and_a_revoked_one_holds_nowhere(client, signer, store, acme):
    other = Signer(store, acme)
    page = exchange(client, signer.token(session=3600)).json["token"]
    token = signer.token()
    assert client.get(DATA, headers=bearer(other.token())).status_code == 200

    with store.changing() as session:
        keys.revoke_key(session, signer.key_id, now=2)

    for old in (page, token):
        assert client.get(DATA, headers=bearer(old)).status_code == 401
    assert exchange(client, page).status_code == 401
    assert client.get(DATA, headers=bearer(other.token())).status_code == 200


def test_a_token_shows_its_dashboard_and_no_other(client, signer, store, acme):
    provision(store, acme, CONVERSATIONS, now=1)
    page = exchange(client, signer.token()).json["token"]

    for token in (signer.token(), page):
        for path in ("/api/v1/dashboards/conversations/data", "/api/v1/dashboards/nope/data",
                     "/embed/acme/conversations/_dash-layout"):  # fmt: skip
            assert client.get(path, headers=bearer(token)).status_code == 404
        listed = client.get("/api/v1/dashboards", headers=bearer(token)).json["dashboards"]
        assert [one["slug"] for one in listed] == ["operations"]


def test_a_key_of_one_org_never_opens_another(client, signer, store, rival):
    for path in ("/embed/rival/operations/_dash-layout", f"{DATA}&org=rival"):
        assert client.get(path, headers=bearer(signer.token())).status_code == 404
    answer = exchange(client, signer.token(), "/embed/rival/operations")
    assert answer.status_code == 404


def test_a_token_is_worth_nothing_elsewhere(client, signer):
    page = exchange(client, signer.token()).json["token"]
    for token in (signer.token(), page, signer.secret):
        for method, path in (
            ("GET", "/app/acme/operations/_dash-layout"),
            ("POST", "/api/v1/events"),
        ):
            answer = client.open(path, method=method, headers=bearer(token), json=[])
            assert answer.status_code in {401, 403}


def test_a_cookie_counts_for_nothing_there(browser, signer, clock):
    ada = browser("ada@example.com")
    expired = signer.token()
    clock.advance(minutes=10)

    for path in (f"{SHELL}/_dash-layout", f"{SHELL}/_dash-dependencies"):
        assert ada.get(path).status_code == 401
    assert ada.post(f"{SHELL}/_dash-update-component", json=refresh_body()).status_code == 401
    csv = "/api/v1/dashboards/operations/panels/events-time-series.csv?org=acme"
    for path in (csv, f"{DATA}&org=acme", f"{SHELL}/_dash-layout"):
        answer = ada.get(path, headers=bearer(expired))
        assert answer.status_code == 401
        assert "2026" not in answer.text


def test_a_token_in_the_address_is_no_token(client, signer):
    for name in ("token", "jwt", "access_token"):
        assert client.get(f"{SHELL}/_dash-layout?{name}={signer.token()}").status_code == 401


def test_locked_filters_reach_the_numbers_and_nothing_undoes_them(client, signer, events):
    token = signer.token(filters={"channel": ["web"], "properties.store": ["web", "x"]})
    assert value(client.get(DATA, headers=bearer(token)), "total-validations") == 2
    for query in ("&channel=api", "&filters={}", '&filters={"channel":["api"]}'):
        assert client.get(DATA + query, headers=bearer(token)).status_code == 400

    nothing = client.get(DATA, headers=bearer(signer.token(filters={"channel": []})))
    assert value(nothing, "total-validations") == 0
    both = client.get(DATA, headers=bearer(signer.token(filters={})))
    assert value(both, "total-validations") == 5


def test_a_project_narrows_and_cannot_widen(client, signer, store, acme, events):
    send(store, acme, [event("validation_run.created", AT, project="shop")])
    provision(store, acme, CONVERSATIONS, now=1)

    answer = client.get(DATA, headers=bearer(signer.token(project="shop")))
    assert value(answer, "total-validations") == 1
    other = signer.token(dashboard="conversations", project="shop")
    path = "/api/v1/dashboards/conversations/data"
    assert client.get(path, headers=bearer(other)).status_code == 404


@pytest.mark.parametrize(
    ("time", "query", "status", "preset"),
    [
        ({"allowed": ["7d", "30d"]}, "time_range=30d", 200, "30d"),
        ({"allowed": ["7d", "30d"]}, "time_range=90d", 200, "30d"),
        ({"allowed": ["7d", "30d"], "default": "7d"}, "", 200, "7d"),
        ({"max": "7d"}, "time_range=12mo", 200, "24h"),
        ({"max": "7d"}, "from=2026-11-01T00:00:00Z&to=2026-11-09T00:00:00Z", 400, None),
        ({"max": "7d"}, "from=2026-11-01T00:00:00Z&to=2026-11-08T00:00:00Z", 200, None),
        ({"allowed": ["7d"]}, "from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z", 400, None),
        ({"default": "7d", "locked": True}, "time_range=30d", 200, "7d"),
        ({"default": "7d", "locked": True}, "as_of=2026-11-01T00:00:00Z", 400, None),
        ({"allowed": ["7d"]}, "time_range=7d&as_of=2020-03-03T00:00:00Z", 400, None),
        ({"max": "7d"}, "time_range=7d&as_of=2020-03-03T00:00:00Z", 200, "7d"),
    ],
)  # fmt: skip
def test_ranges_stay_within_what_the_token_allows(client, signer, time, query, status, preset):
    path = f"/api/v1/dashboards/operations/data?{query}"
    answer = client.get(path, headers=bearer(signer.token(time=time)))

    assert answer.status_code == status
    if status == 200:
        assert answer.json["time_range"]["preset"] == preset


@pytest.mark.parametrize("time", [{"default": "7d", "locked": True}, {"allowed": ["7d"]}])
def test_where_only_ranges_up_to_now_may_be_had_nothing_before_them_is_shown(
    client, signer, events, store, acme, time
):
    days = ["2026-10-01T12:00:00Z", *["2026-11-10T12:00:00Z"] * 41]
    send(store, acme, [event("validation_run.created", day) for day in days])
    asked = "?time_range=7d&compare=previous"
    path, body = f"{SHELL}/_dash-update-component", refresh_body(search=asked)
    limited, free = (
        client.post(path, headers=bearer(token), json=body).json["response"]
        for token in (signer.token(time=time), signer.token())
    )
    layout = client.get(f"{SHELL}/_dash-layout{asked}", headers=bearer(signer.token(time=time)))

    assert " 41," in str(free['{"slug":"events-time-series","type":"figure"}'])
    assert " 41," not in str(limited['{"slug":"events-time-series","type":"figure"}'])
    assert "'compare'" not in str(layout.json)


def test_zone_and_language_are_the_tokens(client, signer):
    token = signer.token(tz="America/New_York", locale="es")
    answer = client.get(DATA, headers=bearer(token))

    assert answer.json["time_range"]["timezone"] == "America/New_York"
    other = client.get(f"{DATA}&tz=Pacific/Kiritimati", headers=bearer(token))
    assert other.json["time_range"]["timezone"] == "America/New_York"
    free = client.get(f"{DATA}&tz=Pacific/Kiritimati", headers=bearer(signer.token()))
    assert free.json["time_range"]["timezone"] == "Pacific/Kiritimati"
    locked = bearer(signer.token(time={"default": "7d", "locked": True}))
    fixed = client.get(f"{DATA}&tz=Pacific/Kiritimati", headers=locked)
    assert fixed.json["time_range"]["timezone"] == "UTC"
    assert answer.json["panels"][0]["title"] == "Número de validaciones"
    made = exchange(client, token).json
    assert made["language"] == "es"
    assert made["words"]["retry"] == "Reintentar"


@pytest.mark.parametrize(
    ("locale", "title"),
    [("es-MX", "Número de validaciones"), ("pt", "Número de validações"), ("xx", "Number of validations")],
)  # fmt: skip
def test_a_language_is_the_closest_that_there_is_else_the_orgs(client, signer, locale, title):
    answer = client.get(DATA, headers=bearer(signer.token(locale=locale)))

    assert answer.json["panels"][0]["title"].lower() == title.lower()


def test_a_theme_is_told_as_variables_that_can_be_read(client, signer):
    made = exchange(client, signer.token(theme={"mode": "dark", "accent": "#ffff00"})).json["theme"]

    assert made["mode"] == "dark"
    assert made["variables"]["dark"]["--accent"] == "#ffff00"
    assert made["variables"]["light"]["--accent"] != "#ffff00"
    page = exchange(client, signer.token()).json["token"]
    path = f"{SHELL}/theme"
    assert client.post(path, headers=bearer(page), json={"radius": 4}).status_code == 200
    assert client.post(path, headers=bearer(page), json={"radius": "x"}).status_code == 400
    assert client.post(path, headers=bearer(page), json={"font": "a;}*{}"}).status_code == 400


def test_a_locked_board_knows_one_range_only(client, signer):
    page = bearer(signer.token(time={"default": "7d", "locked": True}))
    frame = str(client.get(f"{SHELL}/_dash-layout?time_range=90d", headers=page).json)

    assert "'data-presets': '7d'" in frame
    assert "'value': '7d'" in frame
    assert "Last 90 days" not in frame


def test_hidden_events_do_not_show_in_what_is_compared_or_counted(client, signer, store, acme):
    """When others began, and how much the org writes, is not for who sees a part of it."""
    send(store, acme, [event("validation_run.created", "2026-01-01T00:00:00Z", channel="api")])
    send(store, acme, [event("validation_run.created", AT, channel="web")])
    token = signer.token(filters={"channel": ["web"]})
    for query in ("time_range=1h", "time_range=12mo"):
        answer = client.get(f"/api/v1/dashboards/operations/data?{query}", headers=bearer(token))
        assert answer.json["panels"][0]["rows"][0]["previous"] == 0
    answer = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(token), json=refresh_body()
    )

    number, *_ = answer.json["response"]["board"]["data-revision"].split("-")
    assert len(number) == 18


@pytest.mark.parametrize(
    ("body", "status"), [(b"[" * 3_000, 400), (b"[" * 200_000, 413), (b"", 400), (b"7", 400)]
)
def test_a_theme_that_is_none_is_refused(client, signer, body, status):
    page = exchange(client, signer.token()).json["token"]
    answer = client.post(f"{SHELL}/theme", headers=bearer(page), data=body, content_type="application/json")  # fmt: skip

    assert answer.status_code == status


@pytest.mark.parametrize(
    "path", ["/embed/%00/x", "/embed/acme/%00", "/embed/%ED%A0%80/x", "/embed/A/B"]
)
def test_the_shell_of_what_cannot_be_is_the_same(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_board_is_the_members_board_without_what_does_not_apply(client, signer, events):
    page = exchange(client, signer.token(time={"allowed": ["7d", "30d"]})).json["token"]

    frame = str(client.get(f"{SHELL}/_dash-layout", headers=bearer(page)).json)
    answer = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(page), json=refresh_body()
    )

    assert "'data-presets': '7d 30d'" in frame
    assert "Last 90 days" not in frame
    assert '["p",{"className":"val"},["5"]]' in answer.text.replace(" ", "")
    assert "rival-only" not in answer.text


def test_panels_that_the_dashboard_does_not_hold_are_not_drawn(client, signer, events):
    body = refresh_body(panels=["conversations.search_term", "total-errors"], figures=[])
    answer = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(signer.token()), json=body
    )

    states = [
        part["data-state"] for name, part in answer.json["response"].items() if "panel" in name
    ]
    assert states == ["error", "ready"]


def test_an_org_without_events_is_not_told_how_to_send_them(client, signer):
    answer = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(signer.token()), json=refresh_body()
    )

    notice = str(answer.json["response"]["notice"]["children"])
    assert "No events yet" in notice
    assert "curl" not in notice


def test_embed_js_is_packed_from_its_source():
    """`make embed.js` after each change; tests/browser/embed/test_frameworks.py packs it again."""
    assets = resource("assets")
    mark = sha256((assets / "embed.js").read_bytes()).hexdigest()[:16]

    assert (assets / "embed.min.js").read_text().startswith(f"// dashapp: embed.js {mark}\n")


def test_embed_js_is_small_cacheable_and_for_other_sites(client):
    answer = client.get("/embed.js")

    assert len(answer.data) < 6_000
    answer.close()
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.content_type.startswith("text/javascript")


def test_nothing_else_can_be_framed(browser, store, acme):
    allow(store, acme, "https://shop.example")
    ada = browser("ada@example.com")

    for path in ("/", "/login", "/app/acme/operations", "/app/acme/operations/layout", "/nothing",
                 "/api/v1/dashboards?org=acme", "/_dash/assets/20-page.css"):  # fmt: skip
        with ada.get(path) as answer:
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_no_cors_header_is_ever_sent(client, signer):
    for origin in ("https://evil.example", "null", "https://shop.example.evil.example"):
        headers = {**bearer(signer.token()), "Origin": origin}
        for path in (DATA, SHELL, f"{SHELL}/_dash-layout", "/embed.js"):
            with client.get(path, headers=headers) as answer:
                assert "Access-Control" not in str(answer.headers)
