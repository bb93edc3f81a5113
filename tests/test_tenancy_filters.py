"""No leak through a filter: everything that takes one, asked by Acme's people for Rival's labels.

Every route that counts, every widget and both kinds of file, with each field that can be named, on
both databases. The faults that are planted below turn these checks red.
"""

import csv
import io
import json
from dataclasses import replace
from urllib.parse import urlencode

import orjson
import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.domain.secrets.keys import KeyKind
from dashapp.widgets.catalog import load_catalog
from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import event, refresh_body, send

AT = "2026-11-20T09:00:00Z"
SLUGS = [widget.slug for widget in load_catalog()]
FIGURES = [widget.slug for widget in load_catalog() if widget.draw.has_figure]
KINDS = (
    ("validation_run.succeeded", {}),
    ("finding.recorded", {"severity": "ERROR"}),
    ("finding.recorded", {"severity": "WARNING"}),
    ("conversation.search_term", {}),
    ("conversation.product_added_to_cart", {}),
)
# All that Rival's events have and Acme's have not, by every field that a panel offers.
RIVALS = (
    "properties.term:rival-only",
    "properties.term: “Rival-ONLY”",
    "properties.product:rival-only",
    "properties.code:rival-only",
    "properties.validator:rival-only",
    "channel:web",
)
# What both have: with these, Acme's own and nothing else.
BOTH = (
    "properties.term:both",
    "properties.product:both",
    "properties.code:both",
    "properties.validator:both",
    "channel:api",
)


def made(name, channel, count, *more):
    return [
        event(kind, AT, user=f"{name}-{n}", channel=channel, properties={
            "note": name, **dict.fromkeys(("term", "product", "code", "validator"), label), **rest})
        for kind, rest in (*KINDS, *more)
        for n in range(count)
        for label in (name, "both")
    ]  # fmt: skip


@pytest.fixture
def cast(store, acme, rival):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    send(store, acme, made("acme-only", "api", 2))
    send(store, rival, made("rival-only", "web", 5, ("validation_run.failed", {})))
    send(store, rival, made("rival-only", "api", 3))
    for owner in (acme, rival):
        factories.place(store, owner, SLUGS)
    return acme, rival


@pytest.fixture
def server(store, cast):
    return factories.app(store)


@pytest.fixture
def callers(server, store, cast):
    """A session, a read key and an embed token: who may ask, and by which addresses."""
    ada = server.test_client()
    factories.login(ada, "ada@example.com")
    key = {"Authorization": f"Bearer {factories.add_key(store, cast[0], KeyKind.READ)[1]}"}
    token = bearer(Signer(store, cast[0]).token())
    nobody = server.test_client
    return [(ada, {}, "app"), (nobody(), key, None), (nobody(), token, "embed")]


def drawn_numbers(tree):
    """Every number that stands in a panel's body as its value."""
    if isinstance(tree, list) and tree[:1] == ["p"] and tree[1].get("className") == "val":
        yield tree[2][0]
    for part in tree if isinstance(tree, list) else ():
        yield from drawn_numbers(part)


def of_data(answer):
    return {p["slug"]: sum(r["value"] or 0 for r in p["rows"]) for p in answer.json["panels"]}


def of_csv(answer):
    return sum(float(row["value"] or 0) for row in csv.DictReader(io.StringIO(answer.text)))


def of_board(answer):
    """What charts and big numbers of a refresh show, added up."""
    total = 0.0
    for name, part in answer.json["response"].items():
        if '"figure"' in name and "figure" in part:
            said = part["figure"]["layout"]["meta"]["series"]
            total += sum(sum(one["values"]) + sum(one["before"] or ()) for one in said)
        if '"body"' in name:
            tree = (part["children"] or {}).get("props", {}).get("tree", [])
            numbers = [text.rstrip("%") for text in drawn_numbers(tree)]
            total += sum(float(text) for text in numbers if text != "–")
    return total


def shown(caller, text):
    """Every number that one of them is shown under a filter, by route and widget."""
    client, headers, kind = caller
    query = urlencode({"org": "acme", "time_range": "7d", "filter": text})
    api = "/api/v1/dashboards/operations"
    found = {"data": of_data(client.get(f"{api}/data?{query}", headers=headers))}
    for slug in SLUGS:
        for end in ("json", "csv"):
            answer = client.get(f"{api}/panels/{slug}.{end}?{query}", headers=headers)
            assert answer.status_code == 200
            found[slug, end] = of_csv(answer) if end == "csv" else of_data(answer)[slug]
    if kind is not None:
        search = "?" + urlencode({"time_range": "7d", "compare": "previous", "filter": text})
        body = refresh_body(panels=SLUGS, figures=FIGURES, search=search)
        path = f"/{kind}/acme/operations/_dash-update-component"
        found["board"] = of_board(client.post(path, headers=headers, json=body))
    return found


def leaks(callers, texts):
    """Where a number stands under labels that only Rival's events have."""
    return [
        (place, text)
        for caller in callers
        for text in texts
        for place, number in shown(caller, text).items()
        if (any(number.values()) if isinstance(number, dict) else number)
    ]


def test_rivals_labels_show_nothing_anywhere(callers):
    assert leaks(callers, RIVALS) == []


def test_a_label_of_both_shows_acmes_own(callers):
    for caller in callers:
        totals = {text: shown(caller, text)["data"]["events-time-series"] for text in BOTH}
        assert totals == {
            "properties.term:both": 10,
            "properties.product:both": 10,
            "properties.code:both": 10,
            "properties.validator:both": 10,
            "channel:api": 20,
        }


def test_rivals_addresses_are_not_found_with_any_filter(callers):
    api = "/api/v1/dashboards/operations"
    paths = [f"{api}/data", *(f"{api}/panels/{slug}.{end}" for slug in SLUGS for end in ("csv", "json")),
             "/app/rival/operations/_dash-layout", "/embed/rival/operations/_dash-layout"]  # fmt: skip
    for client, headers, _kind in callers:
        for text in (*RIVALS, *BOTH, "user:x", "nonsense"):
            for path in paths if text in {RIVALS[0], "nonsense"} else paths[:3]:
                query = urlencode({"org": "rival", "filter": text})
                answer = client.get(f"{path}?{query}", headers=headers)
                assert answer.status_code in {401, 404}, (path, text)
                assert '"value"' not in answer.text


def test_a_refusal_is_the_same_whether_or_not_rival_has_the_label(callers):
    for client, headers, _kind in callers:
        texts = ("properties.note:rival-only", "properties.note:nobodys")
        said = [client.get(f"/api/v1/dashboards/operations/data?org=acme&filter={text}",
                           headers=headers) for text in texts]  # fmt: skip
        assert [one.status_code for one in said] == [400, 400]
        messages = {json.loads(one.text)["error"]["message"] for one in said}
        assert len(messages) == 1


# -- Locked filters, and the faults -------------------------------------------------------------------

LOCKED = {"properties.note": ["acme-only"], "properties.term": ["both"]}


def widened(server, store, owner):
    """Under which filters a locked embed shows more than without any."""
    token = bearer(Signer(store, owner).token(filters=LOCKED))
    caller = (server.test_client(), token, "embed")
    return [
        text
        for text in (*BOTH, "properties.term:acme-only", "properties.code:acme-only")
        for place, number in shown(caller, text)["data"].items()
        if number > LOCKED_TOTALS[place]
    ]


# Half of Acme's events, of each kind two; all of them by one channel and two users.
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


def test_no_filter_widens_a_locked_one(server, store, cast):
    assert widened(server, store, cast[0]) == []


def params_without(*dropped):
    """A planted fault: the parameters of a Scope that forgets some of its filters."""

    def params(self):
        bare = replace(self, **dropped[0](self))
        both = (*(bare.filters or ()), *bare.chosen)
        filters = orjson.dumps(both).decode() if bare.is_filtered else None
        return {"org": self.org.id, "project": self.project, "filters": filters}

    return property(params)


def test_dropped_locked_filters_are_noticed(server, store, cast, monkeypatch):
    monkeypatch.setattr(Scope, "params", params_without(lambda _self: {"filters": None}))

    assert widened(server, store, cast[0]) != []


def test_filters_in_the_place_of_locked_ones_are_noticed(server, store, cast, monkeypatch):
    instead = params_without(lambda self: {"filters": None} if self.chosen else {})
    monkeypatch.setattr(Scope, "params", instead)

    assert widened(server, store, cast[0]) != []


def test_dropped_filters_of_the_visitor_are_noticed(callers, monkeypatch):
    monkeypatch.setattr(Scope, "params", params_without(lambda _self: {"chosen": ()}))

    assert leaks(callers[:1], RIVALS[:1]) != []


@pytest.mark.unbound
def test_a_wrong_org_is_noticed(callers, cast, monkeypatch):
    """Rival's rows under Acme's filters: the net below is asked for the same wrong org."""
    monkeypatch.setattr(Scope, "org_id", property(lambda _self: cast[1].org.id))
    wrong = params_without(lambda _self: {})
    monkeypatch.setattr(
        Scope, "params", property(lambda self: {**wrong.fget(self), "org": cast[1].org.id})
    )

    assert leaks(callers[1:2], RIVALS[:1]) != []
