"""The most frequent labels are exact in every distribution, and in ranges with partial days."""

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
        ranked = top(session, acme, SEARCH_TERMS, bounds, 10)
    assert [(label.label, label.n) for label in ranked.labels] == expected[:10]
    assert ranked.total == sum(counted.values())


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_partial_days_without_tallies_give_the_same_labels(store, acme, name, monkeypatch):
    send(store, acme, searches(DISTRIBUTIONS[name]))
    month = time_range("30d", now=NOW - timedelta(days=3, hours=7))
    bounds = (month.params["start"] + 7_777, month.params["end"])

    with store.read(acme) as session:
        from_tallies = top(session, acme, SEARCH_TERMS, bounds, 10)
    monkeypatch.setattr(states.OrgState, "find_tally", lambda _state, _tally: None)
    with store.read(acme) as session:
        assert top(session, acme, SEARCH_TERMS, bounds, 10) == from_tallies


def test_about_equally_frequent_labels_are_added_up_after_two_attempts(store, acme, monkeypatch):
    send(store, acme, searches(DISTRIBUTIONS["all different"]))
    depths, quarter = [], time_range("90d")
    heads = top_module.LabelRanking._heads
    monkeypatch.setattr(
        top_module.LabelRanking,
        "_heads",
        lambda self, depth: depths.append(depth) or heads(self, depth),
    )
    bounds = (quarter.params["start"], quarter.params["end"])
    with store.read(acme) as session:
        top(session, acme, SEARCH_TERMS, bounds, 10)

    assert depths == [30, 240]


def test_counts_rejects_tallies_with_trimmed_labels(store, acme):
    with store.read(acme) as session, pytest.raises(ValueError, match=r"Use dashapp\.queries\.top"):
        counts(session, acme, SEARCH_TERMS, [(0, 1)])
