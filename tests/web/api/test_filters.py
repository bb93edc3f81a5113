"""Filters in URLs, on every endpoint: the numbers they give, and how invalid ones are refused."""

import re
from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest

from dashapp.domain.access.roles import Role
from dashapp.queries import raw_values
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import event, refresh, refresh_body, send, shown_by
from tests.sealing import seal

OCCURRED_AT = "2026-11-20T09:00:00Z"
API = "/api/v1/dashboards/operations"
ENDPOINTS = ("page", "layout", "callback", "data", "csv", "json")
WIDGETS = ("total-errors", "events-time-series", "users-time-series", "runs-by-outcome",
           "warnings-by-code", "conversations.search_term")  # fmt: skip
TERM_WIDGET = "conversations.search_term"


@pytest.fixture
def ada(store, acme, browser):
    factories.place(store, acme, WIDGETS)
    return browser("ada@example.com")


def request_with(client, endpoint, search):
    """Send this query to an endpoint; `search` is URL-encoded."""
    path = {"page": "/app/acme/operations", "layout": "/app/acme/operations/_dash-layout",
            "data": f"{API}/data", "csv": f"{API}/panels/total-errors.csv",
            "json": f"{API}/panels/total-errors.json"}.get(endpoint)  # fmt: skip
    if path is None:
        return refresh(client, search=f"?{search}", panels=["total-errors"], figures=[])
    return client.get(f"{path}?org=acme&{search}")


def error_text(response) -> str:
    return response.json["error"]["message"] if response.is_json else response.text


BAD_FILTERS = {
    "Invalid filter": (
        "channel%3Aa%00b", "channel", "%3Aweb", "Channel%3Aweb", "channel%20%3Aweb", "chan nel%3Ax",
        "properties.%3Ax", "properties.a..b%3Ax", "properties.a.b.c.d.e.f%3Ax", "properties.a%2Bb%3Ax", "properties.t%C3%A9%3Ax",
        f"properties.{'x' * 61}%3Ax", "org_id%3A2", "org%3Arival", "project%3Ashop", "id%3Ae1",
        "properties%3Ax", f"properties.term%3A{'x' * 201}", "user_id%3Au-1", "channel%0A%3Aweb",
        "properties.term%27%3Ax", "properties.term%22%5D%3Ax", "occurred_at%3A1",
    ),
    "cannot be filtered": (
        "user%3Au-1", "user%3A", "properties.secret%3Ax", "properties.product%3Arice",
        "channel%3Akiosk", "type%3Auser.logged_in", "type%3Avalidation_run.created", "channel%3A",
    ),
}  # fmt: skip


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_invalid_filter_is_refused_with_a_message(ada, endpoint):
    for message, texts in BAD_FILTERS.items():
        for text in texts:
            response = request_with(
                ada, endpoint, f"time_range=7d&filter=channel%3Aweb&filter={text}"
            )

            assert response.status_code == 400, text
            assert message in error_text(response), text


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_invalid_utf_8_is_refused_or_ignored(ada, endpoint):
    for text in ("properties.term%3A%ED%A0%80", "properties.term%3A%FF%FE", "%FF%3Ax"):
        response = request_with(ada, endpoint, f"filter={text}")

        assert response.status_code in {200, 400}
        assert "�" not in response.headers.get("Content-Disposition", "")


@pytest.mark.parametrize(
    "search",
    ["?filter=properties.term:\ud800", "?filter=\udfff:x", "?time_range=\ud800", "?compare=\ud800"],
)
def test_half_a_surrogate_pair_is_refused(ada, search):
    """JSON can contain half of a surrogate pair, unlike a URL."""
    response = refresh(ada, search=search, panels=["total-errors"], figures=[])

    assert response.status_code == 400
    assert "Unexpected request" in error_text(response)
    assert refresh(ada, panels=["\ud800"], figures=[]).status_code == 400


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_at_most_twenty_filters_are_accepted(ada, endpoint):
    twenty = [("filter", f"properties.term:x{n}") for n in range(20)]

    assert request_with(ada, endpoint, urlencode(twenty)).status_code == 200
    assert request_with(ada, endpoint, urlencode([*twenty, twenty[0]])).status_code == 200
    refused = request_with(ada, endpoint, urlencode([*twenty, ("filter", "properties.term:x20")]))
    assert refused.status_code == 400
    assert "properties.term:x20" in error_text(refused)


def test_a_board_with_very_long_filters_can_be_refreshed(ada):
    labels = ["漢" * 190 + str(n) for n in range(6)]
    search = urlencode([("filter", f"properties.term:{label}") for label in labels])

    assert request_with(ada, "page", search).status_code == 200
    assert request_with(ada, "callback", search).status_code == 200
    view = "||||||" + "|".join(labels)
    assert (
        refresh(ada, search=f"?{search}", view=view, panels=[TERM_WIDGET], figures=[]).status_code
        == 200
    )


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_fields_of_hidden_panels_and_other_dashboards_cannot_be_filtered(
    store, acme, browser, endpoint
):
    with store.write(acme) as session:
        panels = [SavedPanel("total-errors", None, None, is_hidden=False, config={}),
                  SavedPanel(TERM_WIDGET, None, None, is_hidden=True, config={})]  # fmt: skip
        dashboards.put_panels(session, acme, "operations", panels, now=1)
    ada = browser("ada@example.com")

    for text in ("properties.term:rice", "channel:web", "properties.product:rice"):
        response = request_with(ada, endpoint, urlencode({"filter": text}))
        assert response.status_code == 400
        assert "cannot be filtered" in error_text(response)


@pytest.fixture
def events(store, acme):
    send(store, acme, [
        event("finding.recorded", OCCURRED_AT, user=user, channel=channel,
              properties={"severity": "ERROR", "code": "E1", "secret": user})
        for user, channel in (("u-1", "web"), ("u-1", "api"), ("u-2", "api"))
    ] + [event("conversation.search_term", OCCURRED_AT, channel="api", properties={"term": term})
         for term in (' “Rain  JACKET" ', "rain jacket", "<script>alert(1)</script>")])  # fmt: skip


def panel_sum(response, slug):
    return next(
        sum(row["value"] for row in panel["rows"])
        for panel in response.json["panels"]
        if panel["slug"] == slug
    )


@pytest.mark.both_databases
def test_json_csv_and_board_agree_with_filters(ada, events):
    search = "time_range=7d&filter=channel%3Aapi&filter=properties.code%3AE1"
    csv_text, outputs = (
        request_with(ada, "csv", search).text,
        request_with(ada, "callback", search).json["response"],
    )

    assert panel_sum(request_with(ada, "data", search), "total-errors") == 2
    assert panel_sum(request_with(ada, "data", search), "events-time-series") == 2
    assert panel_sum(request_with(ada, "json", search), "total-errors") == 2
    assert csv_text.splitlines()[1].split(",")[0] == "2"
    tree = outputs['{"slug":"total-errors","type":"body"}']["children"]["props"]["tree"]
    assert tree[0] == ["p", {"className": "val"}, ["2"]]


def test_the_url_of_a_clicked_row_shows_its_count(ada, events):
    rows = request_with(ada, "data", "time_range=7d").json["panels"][-1]["rows"]
    filtered = request_with(
        ada, "data", "time_range=7d&filter=" + quote(f"properties.term:{rows[0]['label']}")
    )

    assert [(row["label"], row["value"]) for row in rows] == [
        ("Rain JACKET", 2),
        ("<script>alert(1)</script>", 1),
    ]
    assert panel_sum(filtered, TERM_WIDGET) == 2


def test_a_chosen_filter_is_shown_as_text(ada, events):
    search = "filter=" + quote("properties.term:<script>alert(1)</script>")
    page, refreshed = (
        request_with(ada, "page", search),
        request_with(ada, "callback", search),
    )

    assert "<script>alert(1)" not in page.text
    assert "<script>alert(1)</script>" in str(refreshed.json["response"]["chips"]["children"])
    assert shown_by(refreshed)["view"].endswith("|properties.term:<script>alert(1)</script>")


@pytest.mark.both_databases
def test_only_this_and_without_this_add_up_to_all(ada, events):
    def errors(*filters):
        search = urlencode([("time_range", "7d"), *(("filter", text) for text in filters)])
        return panel_sum(request_with(ada, "data", search), "total-errors")

    assert (errors("channel:api"), errors("channel:!api"), errors()) == (2, 1, 3)
    assert errors("channel:!api", "channel:!web") == 0
    assert errors("channel:api", "channel:!web") == 2
    assert errors("properties.code:!E1") == 0
    assert errors("properties.code:!E2", "channel:!web") == 2


def test_a_label_without_its_spellings_is_excluded(ada, events):
    search = "time_range=7d&filter=" + quote("properties.term:!RAIN jacket")
    (*_others, terms) = request_with(ada, "data", search).json["panels"]

    assert [row["label"] for row in terms["rows"]] == ["<script>alert(1)</script>"]


def test_the_chip_of_an_excluding_filter_says_not(ada, events):
    refreshed = request_with(ada, "callback", "time_range=7d&filter=channel:!api")
    chips = str(refreshed.json["response"]["chips"]["children"])

    assert "'title': 'Channel: not API'" in chips
    assert "'data-unfilter': 'channel:!api'" in chips


def test_a_blank_filter_is_ignored_on_boards_and_refused_by_the_api(ada, events):
    assert request_with(ada, "page", "filter=").status_code == 200
    assert request_with(ada, "callback", "filter=&filter=channel%3Aapi").status_code == 200
    assert request_with(ada, "data", "filter=").status_code == 400


# -- Embedded -------------------------------------------------------------------------------------


@pytest.fixture
def signer(store, acme, events):
    factories.place(store, acme, WIDGETS)
    return Signer(store, acme)


def embed_responses(server, token, search):
    """Yield the response of each endpoint that accepts an embed token."""
    client, headers = server.test_client(), bearer(token)
    yield client.get(f"{API}/data?{search}", headers=headers)
    yield client.get(f"{API}/panels/total-errors.json?{search}", headers=headers)
    yield client.get(f"{API}/panels/total-errors.csv?{search}", headers=headers)
    yield client.get(f"/embed/acme/operations/_dash-layout?{search}", headers=headers)
    yield client.post(
        "/embed/acme/operations/_dash-update-component",
        headers=headers,
        json=refresh_body(panels=["total-errors"], figures=[], search=f"?{search}"),
    )


@pytest.mark.parametrize(
    "text", ["user:u-1", "properties.secret:u-1", "type:finding.recorded", "channel:kiosk",
             "properties.product:x", "project:default", "org:rival"]
)  # fmt: skip
def test_an_embedded_viewer_can_only_filter_by_what_is_shown(server, signer, text):
    responses = list(embed_responses(server, signer.token(), urlencode({"filter": text})))

    assert [response.status_code for response in responses] == [400] * 5
    assert not any(re.search(r'"value"|tree|2026-11', response.text) for response in responses)


WIDENING_SEARCHES = (
    "filter=channel%3Aapi", "filter=channel%3Aapi&filter=channel%3Aweb",
    "filters=%7B%22channel%22%3A%5B%22api%22%5D%7D", "filter[]=channel%3Aapi", "channel=api",
    "filter=channel%3Aapi&filter=properties.code%3AE1", "compare=previous&filter=channel%3Aapi",
    "Filter=channel%3Aapi", "filter=properties.code%3AE1", "chosen=channel%3Aapi",
)  # fmt: skip


@pytest.mark.both_databases
@pytest.mark.parametrize("search", WIDENING_SEARCHES)
def test_a_locked_filter_cannot_be_widened(server, signer, search):
    headers = bearer(signer.token(filters={"channel": ["web"], "properties.secret": ["u-1"]}))
    data = server.test_client().get(f"{API}/data?time_range=7d&{search}", headers=headers)

    if data.status_code == 400:  # a parameter that does not exist
        assert "Unknown parameter" in error_text(data)
        return
    assert panel_sum(data, "total-errors") <= 1
    assert panel_sum(data, "events-time-series") <= 1
    assert panel_sum(data, TERM_WIDGET) == 0


@pytest.mark.both_databases
def test_a_locked_filter_and_a_chosen_one_apply_together(server, signer):
    token = signer.token(filters={"properties.secret": ["u-1"]})
    for search, expected in (("", 2), ("filter=channel%3Aapi", 1), ("filter=channel%3Aweb", 1)):
        (response, *_) = embed_responses(server, token, f"time_range=7d&{search}")
        assert panel_sum(response, "total-errors") == expected


@pytest.mark.both_databases
def test_a_project_and_a_filter_apply_together(store, acme, server, signer):
    send(store, acme, [event("finding.recorded", OCCURRED_AT, channel="api", project="shop",
                             properties={"severity": "ERROR"})])  # fmt: skip
    (response, *_) = embed_responses(
        server, signer.token(project="shop"), "time_range=7d&filter=channel:api"
    )

    assert panel_sum(response, "total-errors") == 1


def test_a_member_without_dashboards_sees_none_with_a_filter(store, acme, browser):
    factories.add_user(store, "mo@example.com", (acme, Role.MEMBER))
    mo = browser("mo@example.com")

    for endpoint in ENDPOINTS:
        assert request_with(mo, endpoint, "filter=channel%3Aweb").status_code == 403


@pytest.mark.both_databases
@pytest.mark.parametrize("is_sealed", [False, True])
@pytest.mark.parametrize("limit", ["_MAX_READ", "_MAX_FOUND"])
def test_too_many_spellings_of_a_label_are_not_counted(
    ada, store, acme, monkeypatch, limit, is_sealed
):
    spellings = ("rice", "Rice", "RICE", "rICE")
    term = [
        event("conversation.search_term", OCCURRED_AT, properties={"term": text})
        for text in spellings
    ]
    send(store, acme, term)
    if is_sealed:
        seal(store, acme, now=factories.NOW + timedelta(days=2))
    search = "org=acme&time_range=7d&filter=properties.term%3Arice"

    def panel():
        panels = ada.get(f"{API}/data?{search}").json["panels"]
        return next(panel for panel in panels if panel["slug"] == TERM_WIDGET)

    assert [row["value"] for row in panel()["rows"]] == [4]
    monkeypatch.setattr(raw_values, limit, 3)
    assert (panel()["status"], panel()["reason"], panel()["rows"]) == ("error", "too_slow", [])
