"""Top-N rows: trimmed, folded, with the others, shares, and places before."""

import pytest

from dashapp.domain.series import public_fields
from dashapp.queries.conversations.products_added import products_added
from dashapp.queries.conversations.search_terms import search_terms
from dashapp.queries.operations.error_codes import error_codes
from dashapp.queries.operations.warning_codes import warning_codes
from dashapp.queries.operations.warning_validators import warning_validators
from dashapp.store.tallies.maintenance import differences
from dashapp.store.upkeep import count_org
from dashapp.widgets.catalog import load_catalog
from tests.factories import event, send, time_range

WEEK = time_range("7d")
NOW_, BEFORE = "2026-11-19T12:00:00Z", "2026-11-10T12:00:00Z"
TERMS, CART = "conversation.search_term", "conversation.product_added_to_cart"


def searches(*terms, at=NOW_):
    return [event(TERMS, at, properties={"term": term}) for term in terms]


def ask(store, owner, query, **more):
    with store.reading(owner) as session:
        return query(session, owner, WEEK, **more)


def test_quotes_blanks_and_case_make_no_other_term_and_the_usual_spelling_is_shown(store, acme):
    send(store, acme, searches("iPod touch", '"ipod touch"', " iPod  touch ", "“IPOD TOUCH”", "tv"))

    rows = [public_fields(row) for row in ask(store, acme, search_terms)]

    assert rows == [
        {"label": "iPod touch", "value": 4, "share": 0.8, "is_other": False},
        {"label": "tv", "value": 1, "share": 0.2, "is_other": False},
    ]


def test_products_are_trimmed_and_their_case_is_their_own(store, acme):
    names = ("Rice", "rice", " rice ", "'Rice'")
    send(store, acme, [event(CART, NOW_, properties={"product": name}) for name in names])

    assert [row[:3] for row in ask(store, acme, products_added)] == [
        ("Rice", 2, 0.5), ("rice", 2, 0.5),
    ]  # fmt: skip


def test_equal_counts_stand_in_order_of_their_labels(store, acme):
    send(store, acme, searches("pear", "apple", "fig"))

    assert [row.label for row in ask(store, acme, search_terms)] == ["apple", "fig", "pear"]


def test_the_rest_is_one_row_and_shares_are_quotients(store, acme):
    send(store, acme, searches(*(f"t{n:02}" for n in range(13)), "t00"))

    rows = ask(store, acme, search_terms)

    assert [row.is_other for row in rows] == [False] * 10 + [True]
    assert rows[-1][:3] == ("other", 3, 3 / 14)
    assert rows[0][:3] == ("t00", 2, 2 / 14)
    assert {row.share for row in rows[1:-1]} == {1 / 14}
    assert sum(row.value for row in rows) == 14


def test_a_term_that_is_called_other_is_a_term(store, acme):
    send(store, acme, searches("other", "other", "b", "c", "d"))

    rows = ask(store, acme, search_terms, limit=2)

    assert [(row.label, row.value, row.is_other) for row in rows] == [
        ("other", 2, False), ("b", 1, False), ("other", 2, True),
    ]  # fmt: skip


def test_a_label_that_would_be_alone_among_the_others_is_named(store, acme):
    send(store, acme, searches("a", "b", "c", "c"))

    rows = ask(store, acme, search_terms, limit=2)

    assert [(row.label, row.is_other) for row in rows] == [
        ("c", False), ("a", False), ("b", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("limit", "count"), [(1, 2), (3, 4), (4, 5), (5, 5), (50, 5)])
def test_a_panel_lists_as_many_as_it_wants(store, acme, limit, count):
    send(store, acme, searches("a", "b", "c", "d", "e"))

    assert len(ask(store, acme, search_terms, limit=limit)) == count


def test_nothing_is_no_rows(store, acme):
    send(store, acme, searches("  ", '""', None, [7]))

    assert ask(store, acme, search_terms) == []


def test_the_place_before_is_told_where_there_was_one(store, acme):
    send(store, acme, [event("page.viewed", "2026-11-01T00:00:00Z")])
    send(store, acme, searches("a", "a", "a", "b", "b", "c", at=BEFORE))
    send(store, acme, searches("b", "b", "b", "new", "new", "a"))

    rows = ask(store, acme, search_terms)

    assert [(row.label, row.rank_before, row.is_compared) for row in rows] == [
        ("b", 2, True), ("new", None, True), ("a", 1, True),
    ]  # fmt: skip


def test_a_place_far_below_is_known_to_be_far_below(store, acme):
    send(store, acme, [event("page.viewed", "2026-11-01T00:00:00Z")])
    before = [f"t{n}" for n in range(5) for _ in range(9 - n)]
    send(store, acme, searches(*before, "riser", at=BEFORE))
    send(store, acme, searches("riser", "riser", "t0"))

    first, *_ = ask(store, acme, search_terms, limit=2)

    assert (first.label, first.rank_before) == ("riser", 5)  # sixth: beyond twice the rows


def test_without_a_range_before_nothing_is_compared(store, acme):
    send(store, acme, searches("a"))

    (row,) = ask(store, acme, search_terms)

    assert (row.rank_before, row.is_compared) == (None, False)


def test_warnings_are_counted_by_code_and_errors_are_not(store, acme):
    found = (("WARNING", "noisy"), ("WARNING", " noisy"), ("WARNING", "rare"), ("ERROR", "fatal"))
    findings = [{"severity": severity, "code": code} for severity, code in found]
    send(store, acme, [event("finding.recorded", NOW_, properties=one) for one in findings])

    assert [row[:2] for row in ask(store, acme, warning_codes)] == [("noisy", 2), ("rare", 1)]


def findings(*found, at=NOW_):
    names = ("severity", "code", "validator")
    properties = [dict(zip(names, one, strict=False)) for one in found]
    return [event("finding.recorded", at, properties=one) for one in properties]


FINDINGS = [
    ("WARNING", "long-name", "naming"), ("WARNING", "odd-name", " naming "),
    ("WARNING", "old", "schema"), ("WARNING", "old"), ("INFO", "moved", "links"),
    ("ERROR", "missing", "naming"), ("ERROR", "missing"), ("ERROR", " type", "schema"), ("ERROR",),
]  # fmt: skip
BY_VALIDATOR, BY_CODE = [("naming", 2), ("schema", 1)], [("missing", 2), ("type", 1)]


def test_a_noisy_validator_is_named_and_so_are_the_errors(store, acme):
    send(store, acme, findings(*FINDINGS))

    assert [row[:2] for row in ask(store, acme, warning_validators)] == BY_VALIDATOR
    assert [row[:2] for row in ask(store, acme, error_codes)] == BY_CODE


def test_a_panel_that_an_org_is_given_later_is_right_at_once_and_when_it_is_counted(store, acme):
    """No template places them: what an org keeps from its first event on has no such numbers."""
    send(store, acme, findings(*FINDINGS, at=BEFORE))
    send(store, acme, findings(*FINDINGS))
    at_once = [ask(store, acme, query) for query in (warning_validators, error_codes)]
    count_org(store, acme, load_catalog().tallies)
    send(store, acme, findings(("WARNING", "old", "schema"), ("WARNING", "old", "schema")))

    assert [[row[:2] for row in rows] for rows in at_once] == [BY_VALIDATOR, BY_CODE]
    found = [row[:2] for row in ask(store, acme, warning_validators)]
    assert found == [("schema", 3), ("naming", 2)]
    assert list(differences(store, acme)) == []
