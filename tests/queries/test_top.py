"""The most frequent labels: exact however they are distributed, and cut."""

from collections import Counter
from datetime import timedelta

import pytest

from dashapp.domain.metrics.tallies import SEARCH_TERMS
from dashapp.queries import top as top_module
from dashapp.queries.counts import counts
from dashapp.queries.top import top
from dashapp.store.orgs import states
from tests.factories import NOW, event, send, time_range


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
    "fewer than wanted": ["a", "b", "b"],
    "blanks": ["rice", " ", '""', "", "rice"],
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_first_ten_are_right_in_any_distribution(store, acme, name):
    terms = DISTRIBUTIONS[name]
    send(store, acme, searches(terms))
    counted = Counter(term for term in terms if term.strip(' "'))
    ought = sorted(((term, n) for term, n in counted.items()), key=lambda row: (-row[1], row[0]))
    found = time_range("90d")
    bounds = (found.params["start"], found.params["end"])

    with store.reading(acme) as session:
        found = top(session, acme, SEARCH_TERMS, bounds, 10)
    assert [(one.label, one.n) for one in found.labels] == ought[:10]
    assert found.total == sum(counted.values())


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_cut_range_and_events_alone_give_the_same(store, acme, name, monkeypatch):
    send(store, acme, searches(DISTRIBUTIONS[name]))
    found = time_range("30d", now=NOW - timedelta(days=3, hours=7))
    bounds = (found.params["start"] + 7_777, found.params["end"])

    with store.reading(acme) as session:
        ahead = top(session, acme, SEARCH_TERMS, bounds, 10)
    monkeypatch.setattr(states.OrgState, "knows", lambda _state, _tally: None)
    with store.reading(acme) as session:
        assert top(session, acme, SEARCH_TERMS, bounds, 10) == ahead


def test_labels_that_are_about_equally_frequent_are_added_up_once(store, acme, monkeypatch):
    """Two looks, then all of them: never again and again with ever more."""
    send(store, acme, searches(DISTRIBUTIONS["all different"]))
    looks, found = [], time_range("90d")
    heads = top_module.LabelRanking._heads
    monkeypatch.setattr(
        top_module.LabelRanking, "_heads", lambda self, look: looks.append(look) or heads(self, look)
    )
    bounds = (found.params["start"], found.params["end"])
    with store.reading(acme) as session:
        top(session, acme, SEARCH_TERMS, bounds, 10)

    assert looks == [30, 240]


def test_trimmed_labels_are_not_counted_by_the_other_function(store, acme):
    with store.reading(acme) as session, pytest.raises(ValueError, match="counted by dashapp"):
        counts(session, acme, SEARCH_TERMS, [(0, 1)])
