"""Filters in an address: what is shown with them, and what is refused in words, at every door."""

import re
from urllib.parse import quote, urlencode

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import event, refresh, refresh_body, send

AT = "2026-11-20T09:00:00Z"
API = "/api/v1/dashboards/operations"
DOORS = ("page", "layout", "callback", "data", "csv", "json")
WIDGETS = ("total-errors", "events-time-series", "users-time-series", "runs-by-outcome",
           "warnings-by-code", "conversations.search_term")  # fmt: skip
TERM = "conversations.search_term"


@pytest.fixture
def ada(store, acme, browser):
    factories.place(store, acme, WIDGETS)
    return browser("ada@example.com")


def ask(client, door, search):
    """The same address at each place that takes it; `search` is quoted."""
    path = {"page": "/app/acme/operations", "layout": "/app/acme/operations/_dash-layout",
            "data": f"{API}/data", "csv": f"{API}/panels/total-errors.csv",
            "json": f"{API}/panels/total-errors.json"}.get(door)  # fmt: skip
    if path is None:
        return refresh(client, search=f"?{search}", panels=["total-errors"], figures=[])
    return client.get(f"{path}?org=acme&{search}")


def said(answer) -> str:
    return answer.json["error"]["message"] if answer.is_json else answer.text


BAD = {
    "not a filter": (
        "channel%3Aa%00b", "channel", "%3Aweb", "Channel%3Aweb", "channel%20%3Aweb", "chan nel%3Ax",
        "properties.%3Ax", "properties.a.b%3Ax", "properties.a-b%3Ax", "properties.t%C3%A9%3Ax",
        f"properties.{'x' * 61}%3Ax", "org_id%3A2", "org%3Arival", "project%3Ashop", "id%3Ae1",
        "properties%3Ax", f"properties.term%3A{'x' * 201}", "user_id%3Au-1", "channel%0A%3Aweb",
        "properties.term%27%3Ax", "properties.term%22%5D%3Ax", "occurred_at%3A1",
    ),
    "cannot be filtered": (
        "user%3Au-1", "user%3A", "properties.secret%3Ax", "properties.product%3Arice",
        "channel%3Akiosk", "type%3Auser.logged_in", "type%3Avalidation_run.created", "channel%3A",
    ),
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_filter_is_refused_in_words(ada, door):
    for words, texts in BAD.items():
        for text in texts:
            answer = ask(ada, door, f"time_range=7d&filter=channel%3Aweb&filter={text}")

            assert answer.status_code == 400, text
            assert words in said(answer), text


@pytest.mark.parametrize("door", DOORS)
def test_bytes_that_are_no_text_are_refused_or_mean_nothing(ada, door):
    for text in ("properties.term%3A%ED%A0%80", "properties.term%3A%FF%FE", "%FF%3Ax"):
        answer = ask(ada, door, f"filter={text}")

        assert answer.status_code in {200, 400}
        assert "�" not in answer.headers.get("Content-Disposition", "")


@pytest.mark.parametrize(
    "search",
    ["?filter=properties.term:\ud800", "?filter=\udfff:x", "?time_range=\ud800", "?compare=\ud800"],
)
def test_half_a_character_is_refused(ada, search):
    """JSON can hold what no address can."""
    answer = refresh(ada, search=search, panels=["total-errors"], figures=[])

    assert answer.status_code == 400
    assert "not a refresh" in said(answer)
    assert refresh(ada, panels=["\ud800"], figures=[]).status_code == 400


@pytest.mark.parametrize("door", DOORS)
def test_twenty_filters_are_enough(ada, door):
    twenty = [("filter", f"properties.term:x{n}") for n in range(20)]

    assert ask(ada, door, urlencode(twenty)).status_code == 200
    assert ask(ada, door, urlencode([*twenty, twenty[0]])).status_code == 200
    refused = ask(ada, door, urlencode([*twenty, ("filter", "properties.term:x20")]))
    assert refused.status_code == 400
    assert "properties.term:x20" in said(refused)


def test_a_board_that_opens_can_be_refreshed_however_long_its_labels_are(ada):
    labels = ["漢" * 190 + str(n) for n in range(6)]
    search = urlencode([("filter", f"properties.term:{label}") for label in labels])

    assert ask(ada, "page", search).status_code == 200
    assert ask(ada, "callback", search).status_code == 200
    view = "||||||" + "|".join(labels)
    assert (
        refresh(ada, search=f"?{search}", view=view, panels=[TERM], figures=[]).status_code == 200
    )


@pytest.mark.parametrize("door", DOORS)
def test_a_hidden_panel_and_one_of_another_dashboard_offer_nothing(store, acme, browser, door):
    with store.writing(acme) as session:
        panels = [SavedPanel("total-errors", None, None, is_hidden=False, config={}),
                  SavedPanel(TERM, None, None, is_hidden=True, config={})]  # fmt: skip
        dashboards.put_panels(session, acme, "operations", panels, now=1)
    ada = browser("ada@example.com")

    for text in ("properties.term:rice", "channel:web", "properties.product:rice"):
        answer = ask(ada, door, urlencode({"filter": text}))
        assert answer.status_code == 400
        assert "cannot be filtered" in said(answer)


@pytest.fixture
def events(store, acme):
    send(store, acme, [
        event("finding.recorded", AT, user=user, channel=channel,
              properties={"severity": "ERROR", "code": "E1", "secret": user})
        for user, channel in (("u-1", "web"), ("u-1", "api"), ("u-2", "api"))
    ] + [event("conversation.search_term", AT, channel="api", properties={"term": term})
         for term in (' “Rain  JACKET" ', "rain jacket", "<script>alert(1)</script>")])  # fmt: skip


def value(answer, slug):
    return next(
        sum(row["value"] for row in panel["rows"])
        for panel in answer.json["panels"]
        if panel["slug"] == slug
    )


def test_data_file_and_board_agree_under_filters(ada, events):
    search = "time_range=7d&filter=channel%3Aapi&filter=properties.code%3AE1"
    csv, drawn = ask(ada, "csv", search).text, ask(ada, "callback", search).json["response"]

    assert value(ask(ada, "data", search), "total-errors") == 2
    assert value(ask(ada, "data", search), "events-time-series") == 2
    assert value(ask(ada, "json", search), "total-errors") == 2
    assert csv.splitlines()[1].split(",")[0] == "2"
    tree = drawn['{"slug":"total-errors","type":"body"}']["children"]["props"]["tree"]
    assert tree[0] == ["p", {"className": "val"}, ["2"]]


def test_the_address_of_a_clicked_row_shows_its_count(ada, events):
    rows = ask(ada, "data", "time_range=7d").json["panels"][-1]["rows"]
    after = ask(ada, "data", "time_range=7d&filter=" + quote(f"properties.term:{rows[0]['label']}"))

    assert [(row["label"], row["value"]) for row in rows] == [
        ("Rain JACKET", 2),
        ("<script>alert(1)</script>", 1),
    ]
    assert value(after, TERM) == 2


def test_what_was_chosen_is_shown_as_text(ada, events):
    search = "filter=" + quote("properties.term:<script>alert(1)</script>")
    page, drawn = ask(ada, "page", search), ask(ada, "callback", search).json["response"]

    assert "<script>alert(1)" not in page.text
    assert "<script>alert(1)</script>" in str(drawn["chips"]["children"])
    assert drawn["board"]["data-view"].endswith("|properties.term:<script>alert(1)</script>")


def test_a_blank_filter_is_none(ada, events):
    assert ask(ada, "page", "filter=").status_code == 200
    assert ask(ada, "callback", "filter=&filter=channel%3Aapi").status_code == 200
    assert ask(ada, "data", "filter=").status_code == 400


# -- Embedded -------------------------------------------------------------------------------------


@pytest.fixture
def signer(store, acme, events):
    factories.place(store, acme, WIDGETS)
    return Signer(store, acme)


def embedded(server, token, search):
    """What an embed token is answered at each of its doors."""
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
def test_an_embedded_viewer_counts_by_nothing_that_is_not_shown(server, signer, text):
    answers = list(embedded(server, signer.token(), urlencode({"filter": text})))

    assert [answer.status_code for answer in answers] == [400] * 5
    assert not any(re.search(r'"value"|tree|2026-11', answer.text) for answer in answers)


WIDER = (
    "filter=channel%3Aapi", "filter=channel%3Aapi&filter=channel%3Aweb",
    "filters=%7B%22channel%22%3A%5B%22api%22%5D%7D", "filter[]=channel%3Aapi", "channel=api",
    "filter=channel%3Aapi&filter=properties.code%3AE1", "compare=previous&filter=channel%3Aapi",
    "Filter=channel%3Aapi", "filter=properties.code%3AE1", "chosen=channel%3Aapi",
)  # fmt: skip


@pytest.mark.parametrize("search", WIDER)
def test_a_locked_filter_is_not_widened(server, signer, search):
    headers = bearer(signer.token(filters={"channel": ["web"], "properties.secret": ["u-1"]}))
    data = server.test_client().get(f"{API}/data?time_range=7d&{search}", headers=headers)

    if data.status_code == 400:  # a parameter that does not exist
        assert "no parameter" in said(data)
        return
    assert value(data, "total-errors") <= 1
    assert value(data, "events-time-series") <= 1
    assert value(data, TERM) == 0


def test_a_locked_filter_and_a_chosen_one_apply_together(server, signer):
    token = signer.token(filters={"properties.secret": ["u-1"]})
    for search, right in (("", 2), ("filter=channel%3Aapi", 1), ("filter=channel%3Aweb", 1)):
        (found, *_) = embedded(server, token, f"time_range=7d&{search}")
        assert value(found, "total-errors") == right


def test_a_project_and_a_filter_apply_together(store, acme, server, signer):
    send(store, acme, [event("finding.recorded", AT, channel="api", project="shop",
                             properties={"severity": "ERROR"})])  # fmt: skip
    (found, *_) = embedded(server, signer.token(project="shop"), "time_range=7d&filter=channel:api")

    assert value(found, "total-errors") == 1


def test_a_member_who_sees_no_dashboard_sees_none_with_a_filter(store, acme, browser):
    factories.add_user(store, "mo@example.com", (acme, Role.MEMBER))
    mo = browser("mo@example.com")

    for door in DOORS:
        assert ask(mo, door, "filter=channel%3Aweb").status_code == 403
