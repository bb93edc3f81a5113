"""Tenancy of filters: Acme's users filter by labels that only Rival has.

Covers every route with numbers, every widget and both file formats, with each field that a filter
can name, on both databases. The faults planted below make these checks fail.
"""

import csv
import io
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets.keys import KeyKind
from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import event, refresh_body, send
from tests.panels import built_in

OCCURRED_AT = "2026-11-20T09:00:00Z"
WIDGETS = [offered.widget for offered in built_in().offered()]
SLUGS = [widget.slug for widget in WIDGETS]
FIGURES = [widget.slug for widget in WIDGETS if widget.draw.has_figure]
EVENT_TYPES = (
    ("validation_run.succeeded", {}),
    ("finding.recorded", {"severity": "ERROR"}),
    ("finding.recorded", {"severity": "WARNING"}),
    ("conversation.search_term", {}),
    ("conversation.product_added_to_cart", {}),
)
# Filters that match events of Rival and none of Acme, for each field that a panel can filter.
ONLY_RIVAL = (
    "properties.term:rival-only",
    "properties.term: “Rival-ONLY”",
    "properties.product:rival-only",
    "properties.code:rival-only",
    "properties.validator:rival-only",
    "channel:web",
)
# Filters that match events of both: each must show only Acme's.
SHARED = (
    "properties.term:both",
    "properties.product:both",
    "properties.code:both",
    "properties.validator:both",
    "channel:api",
)


def sample_events(own_label, channel, count, *extra_types):
    return [
        event(event_type, OCCURRED_AT, user=f"{own_label}-{n}", channel=channel, properties={
            "note": own_label, **dict.fromkeys(("term", "product", "code", "validator"), label), **properties})
        for event_type, properties in (*EVENT_TYPES, *extra_types)
        for n in range(count)
        for label in (own_label, "both")
    ]  # fmt: skip


@pytest.fixture
def cast(store, acme, rival):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    send(store, acme, sample_events("acme-only", "api", 2))
    send(store, rival, sample_events("rival-only", "web", 5, ("validation_run.failed", {})))
    send(store, rival, sample_events("rival-only", "api", 3))
    for owner in (acme, rival):
        factories.place(store, owner, SLUGS)
    return acme, rival


@pytest.fixture
def server(store, cast):
    return factories.app(store)


@pytest.fixture
def callers(server, store, cast):
    """A login session, a read key and an embed token, each with its headers and the path prefix of its board."""
    ada = server.test_client()
    factories.login(ada, "ada@example.com")
    key = {"Authorization": f"Bearer {factories.add_key(store, cast[0], KeyKind.READ)[1]}"}
    token = bearer(Signer(store, cast[0]).token())
    anonymous_client = server.test_client
    return [(ada, {}, "app"), (anonymous_client(), key, None), (anonymous_client(), token, "embed")]


def drawn_numbers(tree):
    """Yield every number that a panel's body shows as its value."""
    if isinstance(tree, list) and tree[:1] == ["p"] and tree[1].get("className") == "val":
        yield tree[2][0]
    for part in tree if isinstance(tree, list) else ():
        yield from drawn_numbers(part)


def sums_of_data(response):
    return {p["slug"]: sum(r["value"] or 0 for r in p["rows"]) for p in response.json["panels"]}


def sum_of_csv(response):
    return sum(float(row["value"] or 0) for row in csv.DictReader(io.StringIO(response.text)))


def sum_of_board(response):
    """Return the sum of all numbers in the charts and scalars of a refresh."""
    total = 0.0
    for name, part in response.json["response"].items():
        if '"figure"' in name and "figure" in part:
            series = part["figure"]["layout"]["meta"]["series"]
            total += sum(sum(line["values"]) + sum(line["before"] or ()) for line in series)
        if '"body"' in name:
            tree = (part["children"] or {}).get("props", {}).get("tree", [])
            numbers = [text.rstrip("%") for text in drawn_numbers(tree)]
            total += sum(float(text) for text in numbers if text != "–")
    return total


def query_string(text):
    return urlencode({"org": "acme", "time_range": "7d", "filter": text})


def data_shown(caller, text):
    """Return the numbers of a dashboard's data that a caller sees under a filter, by widget."""
    client, headers, _prefix = caller
    path = f"/api/v1/dashboards/operations/data?{query_string(text)}"
    return sums_of_data(client.get(path, headers=headers))


def numbers_shown(caller, text):
    """Return all numbers that a caller sees under a filter, by route and widget."""
    client, headers, prefix = caller
    query, api = query_string(text), "/api/v1/dashboards/operations"
    numbers = {"data": data_shown(caller, text)}
    for slug in SLUGS:
        for extension in ("json", "csv"):
            response = client.get(f"{api}/panels/{slug}.{extension}?{query}", headers=headers)
            assert response.status_code == 200
            numbers[slug, extension] = (
                sum_of_csv(response) if extension == "csv" else sums_of_data(response)[slug]
            )
    if prefix is not None:
        search = "?" + urlencode({"time_range": "7d", "compare": "previous", "filter": text})
        body = refresh_body(panels=SLUGS, figures=FIGURES, search=search)
        path = f"/{prefix}/acme/operations/_dash-update-component"
        numbers["board"] = sum_of_board(client.post(path, headers=headers, json=body))
    return numbers


def leaks(callers, texts):
    """Return the places where a filter on Rival's labels shows a number other than 0."""
    return [
        (place, text)
        for caller in callers
        for text in texts
        for place, number in numbers_shown(caller, text).items()
        if (any(number.values()) if isinstance(number, dict) else number)
    ]


def test_labels_of_rival_match_nothing(callers):
    assert leaks(callers, ONLY_RIVAL) == []


def test_a_label_of_both_orgs_matches_only_acmes_events(callers):
    for caller in callers:
        totals = {text: data_shown(caller, text)["events-time-series"] for text in SHARED}
        assert totals == {
            "properties.term:both": 10,
            "properties.product:both": 10,
            "properties.code:both": 10,
            "properties.validator:both": 10,
            "channel:api": 20,
        }


def test_urls_of_rival_are_not_found_whatever_the_filter(callers):
    api = "/api/v1/dashboards/operations"
    paths = [f"{api}/data", *(f"{api}/panels/{slug}.{extension}" for slug in SLUGS for extension in ("csv", "json")),
             "/app/rival/operations/_dash-layout", "/embed/rival/operations/_dash-layout"]  # fmt: skip
    for client, headers, _kind in callers:
        for text in (*ONLY_RIVAL, *SHARED, "user:x", "nonsense"):
            for path in paths if text in {ONLY_RIVAL[0], "nonsense"} else paths[:3]:
                query = urlencode({"org": "rival", "filter": text})
                response = client.get(f"{path}?{query}", headers=headers)
                assert response.status_code in {401, 404}, (path, text)
                assert '"value"' not in response.text


def test_a_refusal_does_not_depend_on_labels_of_rival(callers):
    for client, headers, _kind in callers:
        texts = ("properties.note:rival-only", "properties.note:nobodys")
        responses = [client.get(f"/api/v1/dashboards/operations/data?org=acme&filter={text}",
                           headers=headers) for text in texts]  # fmt: skip
        assert [response.status_code for response in responses] == [400, 400]
        messages = {json.loads(response.text)["error"]["message"] for response in responses}
        assert len(messages) == 1


# -- Locked filters and planted faults -------------------------------------------------------------------

LOCKED = {"properties.note": ["acme-only"], "properties.term": ["both"]}


def widening_filters(server, store, owner):
    """Return the filters with which a locked embed shows more than without them."""
    token = bearer(Signer(store, owner).token(filters=LOCKED))
    caller = (server.test_client(), token, "embed")
    return [
        text
        for text in (*SHARED, "properties.term:acme-only", "properties.code:acme-only")
        for place, number in data_shown(caller, text).items()
        if number > LOCKED_TOTALS[place]
    ]


# Half of Acme's events: two of each type, all from one channel and two users.
LOCKED_TOTALS = {
    "total-validations": 0,
    "total-errors": 2,
    "success-rate": 1.0,
    "total-warnings": 2,
    "events-time-series": 10,
    "users-time-series": 2,
    "runs-by-outcome": 2,
    "warnings-by-code": 2,
    "warnings-by-validator": 2,
    "top-errors": 2,
    "conversations.search_term": 2,
    "conversations.product_added_to_cart": 2,
}


def test_no_filter_widens_a_locked_filter(server, store, cast):
    assert widening_filters(server, store, cast[0]) == []


def params_without(*changes):
    """A planted fault: a Scope whose query parameters omit some of its filters."""
    all_params = Scope.params
    return property(lambda self: all_params.fget(replace(self, **changes[0](self))))


def test_dropped_locked_filters_are_caught(server, store, cast, monkeypatch):
    monkeypatch.setattr(Scope, "params", params_without(lambda _self: {"filters": None}))

    assert widening_filters(server, store, cast[0]) != []


def test_filters_that_replace_locked_ones_are_caught(server, store, cast, monkeypatch):
    instead = params_without(lambda self: {"filters": None} if self.chosen else {})
    monkeypatch.setattr(Scope, "params", instead)

    assert widening_filters(server, store, cast[0]) != []


def test_dropped_filters_of_the_viewer_are_caught(callers, monkeypatch):
    monkeypatch.setattr(Scope, "params", params_without(lambda _self: {"chosen": ()}))

    assert leaks(callers[:1], ONLY_RIVAL[:1]) != []


@pytest.mark.unbound
def test_a_wrong_org_is_caught(callers, cast, monkeypatch):
    """Row security gets the same wrong org, so Rival's rows appear under Acme's filters."""
    monkeypatch.setattr(Scope, "org_id", property(lambda _self: cast[1].org.id))
    wrong = params_without(lambda _self: {})
    monkeypatch.setattr(
        Scope, "params", property(lambda self: {**wrong.fget(self), "org": cast[1].org.id})
    )

    assert leaks(callers[1:2], ONLY_RIVAL[:1]) != []
