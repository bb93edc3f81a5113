"""A person's data is read and erased, an org's exported, and one wrong event removed."""

import csv
import io
import json

import pytest
from sqlalchemy import text

from dashapp.store.administration import data
from dashapp.store.events.erasures import list_erasures
from dashapp.web.api.control.data import persons
from tests.factories import event, send
from tests.web.api.control_data.conftest import admin_key
from tests.web.api.sending import raw_event

pytestmark = pytest.mark.both_databases
ORG = "/api/v1/orgs/acme"
AT = "2026-11-19T09:00:00Z"


@pytest.fixture
def people(store, acme, rival):
    """Two users of Acme with events, one of which has the same id as a user of Rival."""
    for owner in (acme, rival):
        send(store, owner, [event("page.viewed", AT, user="u/7") for _ in range(3)])
        send(store, owner, [event("order.paid", AT, user="u-8", properties={"total": 25})])


def ids(call, query="", user="u/7", org=ORG) -> list[str]:
    return [row["id"] for row in call("GET", f"{org}/users/{user}/events{query}").json["events"]]


def test_a_persons_events_are_read_in_pages(call, people):
    first = call("GET", f"{ORG}/users/u/7/events?limit=2").json
    last = call("GET", f"{ORG}/users/u/7/events?limit=2&after={first['next']}").json

    assert [len(first["events"]), len(last["events"]), last["next"]] == [2, 1, None]
    assert {row["user"] for row in first["events"] + last["events"]} == {"u/7"}
    assert call("GET", f"{ORG}/users/u-8/events").json["events"][0]["properties"] == {"total": 25}


@pytest.mark.parametrize("after", ["x", "!!", "W10", "WyJhIiwxLDJd"])
def test_a_wrong_position_is_refused(call, people, after):
    assert call("GET", f"{ORG}/users/u/7/events?after={after}").status_code == 400


def test_a_person_is_erased_at_once_if_they_have_few_events(call, people, store, acme, audit):
    response = call("DELETE", f"{ORG}/users/u/7")

    assert (response.status_code, response.json) == (200, {"status": "erased", "events": 3})
    assert ids(call) == []
    assert len(ids(call, user="u-8")) == 1
    assert len(ids(call, org="/api/v1/orgs/rival")) == 3
    assert [entry[:2] for entry in audit()].count(("user_erased", "u/7")) == 2
    assert call("DELETE", f"{ORG}/users/u/7").status_code == 404


def test_upkeep_erases_a_person_with_many_events(call, people, store, acme, monkeypatch):
    monkeypatch.setattr(persons, "_SMALL", 2)

    assert call("DELETE", f"{ORG}/users/u/7").status_code == 202
    assert call("DELETE", f"{ORG}/users/u/7").status_code == 202
    assert call("GET", f"{ORG}/users/u/7/events").json["is_being_erased"] is True
    data.continue_removals(store, acme, now=1)
    assert ids(call) == []


def test_an_erasure_that_was_killed_is_continued(call, people, store, acme, monkeypatch):
    def die(*_args, **_options):
        raise SystemExit

    monkeypatch.setattr(data, "finish_erasing", die)
    with pytest.raises(SystemExit):
        call("DELETE", f"{ORG}/users/u/7")
    monkeypatch.undo()
    with store.read(acme) as session:
        assert [row.user_id for row in list_erasures(session, acme)] == ["u/7"]
    data.continue_removals(store, acme, now=1)

    assert ids(call) == []


def test_one_wrong_event_is_removed_for_good(call, post, store, acme, rival, audit, key):
    events = [raw_event(id="a", user="u"), raw_event(id="b/1", occurred_at=AT, user="v")]
    post(events)

    response = call("DELETE", f"{ORG}/events/b/1")

    assert response.json == {"id": "b/1", "type": "page.viewed", "occurred_at": AT}
    assert audit() == [("event_removed", "b/1", audit()[0][2])]
    assert post(events).json == {"accepted": 0, "duplicates": 2, "rejected": []}
    with store.read(acme) as session:
        assert session.execute(text("SELECT id FROM events")).scalars().all() == ["a"]
    assert call("DELETE", f"{ORG}/events/b/1").status_code == 404
    assert call("DELETE", "/api/v1/orgs/rival/events/a").status_code == 404


def test_an_org_is_exported(call, people, audit, vendor):
    response = call("GET", f"{ORG}/export?format=ndjson")

    lines = [json.loads(line) for line in response.text.splitlines()]
    assert sorted(line["user"] for line in lines) == ["u-8", "u/7", "u/7", "u/7"]
    assert response.headers["Content-Disposition"] == 'attachment; filename="acme-events.ndjson"'
    assert audit() == [("exported", "events", vendor[0])]
    rows = list(csv.DictReader(io.StringIO(call("GET", f"{ORG}/export?format=csv").text)))
    assert len(rows) == 4
    assert call("GET", f"{ORG}/export?format=parquet").data[:4] == b"PAR1"


def test_days_of_an_export_can_be_chosen(call, people):
    url = f"{ORG}/export?format=ndjson"

    assert call("GET", f"{url}&from=2026-11-20").text == ""
    assert len(call("GET", f"{url}&to=2026-11-20").text.splitlines()) == 4
    assert call("GET", f"{url}&from=2026-11-20&to=2026-11-20").status_code == 400


@pytest.mark.parametrize("query", ["", "?format=xml", "?format=csv&formt=x"])
def test_an_unknown_format_is_refused(call, acme, query):
    assert call("GET", f"{ORG}/export{query}").status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "users/u/events"),
        ("DELETE", "users/u"),
        ("DELETE", "events/a"),
        ("GET", "export?format=csv"),
    ],
)
def test_only_the_scope_data_reads_or_erases(call, store, acme, method, path, read_key):
    other = admin_key(store, "orgs", "keys", "usage", "embed")[1]

    assert call(method, f"{ORG}/{path}", secret=other).status_code == 403
    assert call(method, f"{ORG}/{path}", secret=read_key[1]).status_code == 403
    assert call(method, f"/api/v1/orgs/nobody/{path}").status_code == 404
