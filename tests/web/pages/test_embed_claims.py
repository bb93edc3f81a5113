"""Claims of an embed token: filters, project, ranges, zone, language, and theme."""

import pytest

from dashapp.dashboards.provision import provision
from tests.embedding import DATA, SHELL, bearer, exchange
from tests.factories import event, refresh_body, send, shown_by
from tests.templates import CONVERSATIONS
from tests.web.pages.embed_data import OCCURRED_AT, panel_value


def test_locked_filters_apply_and_cannot_be_overridden(client, signer, embed_events):
    token = signer.token(filters={"channel": ["web"], "properties.store": ["web", "x"]})
    assert panel_value(client.get(DATA, headers=bearer(token)), "total-validations") == 2
    for query in ("&channel=api", "&filters={}", '&filters={"channel":["api"]}'):
        assert client.get(DATA + query, headers=bearer(token)).status_code == 400

    empty_filter = client.get(DATA, headers=bearer(signer.token(filters={"channel": []})))
    assert panel_value(empty_filter, "total-validations") == 0
    no_filters = client.get(DATA, headers=bearer(signer.token(filters={})))
    assert panel_value(no_filters, "total-validations") == 5


def test_a_project_claim_narrows_and_cannot_widen(client, signer, store, acme, embed_events):
    send(store, acme, [event("validation_run.created", OCCURRED_AT, project="shop")])
    provision(store, acme, CONVERSATIONS, now=1)

    response = client.get(DATA, headers=bearer(signer.token(project="shop")))
    assert panel_value(response, "total-validations") == 1
    other_project_token = signer.token(dashboard="conversations", project="shop")
    path = "/api/v1/dashboards/conversations/data"
    assert client.get(path, headers=bearer(other_project_token)).status_code == 404


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
    response = client.get(path, headers=bearer(signer.token(time=time)))

    assert response.status_code == status
    if status == 200:
        assert response.json["time_range"]["preset"] == preset


@pytest.mark.parametrize("time", [{"default": "7d", "locked": True}, {"allowed": ["7d"]}])
def test_a_token_without_past_ranges_shows_no_earlier_numbers(
    client, signer, embed_events, store, acme, time
):
    days = ["2026-10-01T12:00:00Z", *["2026-11-10T12:00:00Z"] * 41]
    send(store, acme, [event("validation_run.created", day) for day in days])
    search = "?time_range=7d&compare=previous"
    path, body = f"{SHELL}/_dash-update-component", refresh_body(search=search)
    limited_outputs, free_outputs = (
        client.post(path, headers=bearer(token), json=body).json["response"]
        for token in (signer.token(time=time), signer.token())
    )
    layout = client.get(f"{SHELL}/_dash-layout{search}", headers=bearer(signer.token(time=time)))

    assert " 41," in str(free_outputs['{"slug":"events-time-series","type":"figure"}'])
    assert " 41," not in str(limited_outputs['{"slug":"events-time-series","type":"figure"}'])
    assert "'compare'" not in str(layout.json)


def test_zone_and_language_come_from_the_token(client, signer):
    token = signer.token(tz="America/New_York", locale="es")
    response = client.get(DATA, headers=bearer(token))

    assert response.json["time_range"]["timezone"] == "America/New_York"
    other_zone = client.get(f"{DATA}&tz=Pacific/Kiritimati", headers=bearer(token))
    assert other_zone.json["time_range"]["timezone"] == "America/New_York"
    free_zone = client.get(f"{DATA}&tz=Pacific/Kiritimati", headers=bearer(signer.token()))
    assert free_zone.json["time_range"]["timezone"] == "Pacific/Kiritimati"
    locked = bearer(signer.token(time={"default": "7d", "locked": True}))
    locked_zone = client.get(f"{DATA}&tz=Pacific/Kiritimati", headers=locked)
    assert locked_zone.json["time_range"]["timezone"] == "UTC"
    assert response.json["panels"][0]["title"] == "Número de validaciones"
    exchanged = exchange(client, token).json
    assert exchanged["language"] == "es"
    assert exchanged["words"]["retry"] == "Reintentar"


@pytest.mark.parametrize(
    ("locale", "title"),
    [("es-MX", "Número de validaciones"), ("pt", "Número de validações"), ("xx", "Number of validations")],
)  # fmt: skip
def test_the_language_is_the_closest_available_or_the_orgs(client, signer, locale, title):
    response = client.get(DATA, headers=bearer(signer.token(locale=locale)))

    assert response.json["panels"][0]["title"].lower() == title.lower()


def test_a_theme_becomes_css_variables_with_enough_contrast(client, signer):
    theme = exchange(client, signer.token(theme={"mode": "dark", "accent": "#ffff00"})).json[
        "theme"
    ]

    assert theme["mode"] == "dark"
    assert theme["variables"]["dark"]["--accent"] == "#ffff00"
    assert theme["variables"]["light"]["--accent"] != "#ffff00"
    page_token = exchange(client, signer.token()).json["token"]
    path = f"{SHELL}/theme"
    assert client.post(path, headers=bearer(page_token), json={"radius": 4}).status_code == 200
    assert client.post(path, headers=bearer(page_token), json={"radius": "x"}).status_code == 400
    assert client.post(path, headers=bearer(page_token), json={"font": "a;}*{}"}).status_code == 400


def test_a_locked_board_offers_only_one_range(client, signer):
    headers = bearer(signer.token(time={"default": "7d", "locked": True}))
    layout = str(client.get(f"{SHELL}/_dash-layout?time_range=90d", headers=headers).json)

    assert '"presets":["7d"]' in layout
    assert "'value': '7d'" in layout
    assert "Last 90 days" not in layout


def test_hidden_events_do_not_affect_comparisons_or_the_revision(client, signer, store, acme):
    """A filtered viewer must not learn when the org's data starts, or how many events it has."""
    send(store, acme, [event("validation_run.created", "2026-01-01T00:00:00Z", channel="api")])
    send(store, acme, [event("validation_run.created", OCCURRED_AT, channel="web")])
    token = signer.token(filters={"channel": ["web"]})
    for query in ("time_range=1h", "time_range=12mo"):
        response = client.get(f"/api/v1/dashboards/operations/data?{query}", headers=bearer(token))
        assert response.json["panels"][0]["rows"][0]["previous"] == 0
    response = client.post(
        f"{SHELL}/_dash-update-component", headers=bearer(token), json=refresh_body()
    )

    revision_start, *_ = shown_by(response)["revision"].split("-")
    assert len(revision_start) == 18


@pytest.mark.parametrize(
    ("body", "status"), [(b"[" * 3_000, 400), (b"[" * 200_000, 413), (b"", 400), (b"7", 400)]
)
def test_an_invalid_theme_is_refused(client, signer, body, status):
    page_token = exchange(client, signer.token()).json["token"]
    response = client.post(f"{SHELL}/theme", headers=bearer(page_token), data=body, content_type="application/json")  # fmt: skip

    assert response.status_code == status
