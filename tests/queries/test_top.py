"""The most frequent labels are exact in every distribution, and in ranges with partial days."""

from collections import Counter
from datetime import timedelta

import pytest

from dashapp.queries.questions import top as top_module
from dashapp.queries.reading import reader
from dashapp.queries.reading.asks import Ask, Heads, Labels, Leading
from dashapp.store.orgs import states
from tests import panels
from tests.factories import NOW, event, send, time_range
from tests.panels import SEARCH_TERMS


def top(session, owner, resolved, bounds, limit):
    return panels.ask(
        session, owner, resolved, lambda _asking: top_module.top(SEARCH_TERMS, bounds, limit)
    )


def searches(terms, days=80):
    return [
        event("conversation.search_term", at=NOW - timedelta(hours=24 * days * n / len(terms) + 1), properties={"term": term})
        for n, term in enumerate(terms)
    ]  # fmt: skip


DISTRIBUTIONS = {
    "all different": [f"term {n:05}" for n in range(2_000)],
    "all the same": ["rice"] * 100,
    "many ties": [f"term {n % 700:05}" for n in range(2_100)],
    "few and many": [f"term {n % 1000 if n % 3 else n % 5:05}" for n in range(2_500)],
    "fewer than the limit": ["a", "b", "b"],
    "blanks": ["rice", " ", '""', "", "rice"],
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_top_ten_are_exact_in_every_distribution(store, acme, name):
    terms = DISTRIBUTIONS[name]
    send(store, acme, searches(terms))
    counted = Counter(term for term in terms if term.strip(' "'))
    expected = sorted(((term, n) for term, n in counted.items()), key=lambda row: (-row[1], row[0]))
    quarter = time_range("90d")
    bounds = (quarter.params["start"], quarter.params["end"])

    with store.read(acme) as session:
        ranked = top(session, acme, quarter, bounds, 10)
    assert [(label.label, label.n) for label in ranked.labels] == expected[:10]
    assert ranked.total == sum(counted.values())


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_partial_days_without_tallies_give_the_same_labels(store, acme, name, monkeypatch):
    send(store, acme, searches(DISTRIBUTIONS[name]))
    month = time_range("30d", now=NOW - timedelta(days=3, hours=7))
    bounds = (month.params["start"] + 7_777, month.params["end"])

    with store.read(acme) as session:
        from_tallies = top(session, acme, month, bounds, 10)
    monkeypatch.setattr(states.OrgState, "find_tally", lambda _state, _tally: None)
    with store.read(acme) as session:
        assert top(session, acme, month, bounds, 10) == from_tallies


@pytest.mark.parametrize(("factors", "depths"), [((8, 48), [80, 480]), ((1, 2), [10, 20, -10])])
def test_about_equally_frequent_labels_are_added_up_after_two_attempts(
    store, acme, monkeypatch, factors, depths
):
    send(store, acme, searches(DISTRIBUTIONS["all different"]))
    monkeypatch.setattr(top_module, "_DEPTHS", factors)
    asked, quarter = [], time_range("90d")
    read = reader.Reader.read

    def read_and_note(self, asks):
        asked.extend(ask.depth for ask in asks if isinstance(ask, Heads))
        asked.extend(-ask.most for ask in asks if isinstance(ask, Leading))
        return read(self, asks)

    monkeypatch.setattr(reader.Reader, "read", read_and_note)
    bounds = (quarter.params["start"], quarter.params["end"])
    with store.read(acme) as session:
        ranked = top(session, acme, quarter, bounds, 10)

    assert asked == depths
    assert [label[1:] for label in ranked.labels] == [(f"term {n:05}", 1) for n in range(10)]
    assert ranked.total == 2_000


@pytest.mark.parametrize("labels", [Labels.EACH, ("rice", "beans", "absent")])
def test_labels_are_read_one_by_one_under_the_key_that_they_count_under(
    store, acme, labels, monkeypatch
):
    send(store, acme, searches(["Rice", ' "rice"', "RICE", "Beans", "", "beans", "rice"]))
    quarter = time_range("90d")

    def counts():
        asked = Ask(SEARCH_TERMS, ((quarter.params["start"], quarter.params["end"]),), labels)
        with store.read(acme) as session:
            return reader.Reader(session, acme).read([asked])

    assert counts() == [[{"rice": 4, "beans": 2}]]
    monkeypatch.setattr(states.OrgState, "find_tally", lambda _state, _tally: None)
    assert counts() == [[{"rice": 4, "beans": 2}]]
