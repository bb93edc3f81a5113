"""Top-N rows: trimmed and folded labels, shares, previous ranks, and the row of all others."""

import pytest

from dashapp.domain.series import public_fields
from dashapp.store.tallies.maintenance import differences
from dashapp.store.upkeep import maintain_org
from tests.factories import event, send, time_range
from tests.panels import panel

WEEK = time_range("7d")
NOW_, BEFORE = "2026-11-19T12:00:00Z", "2026-11-10T12:00:00Z"
TERMS, CART = "conversation.search_term", "conversation.product_added_to_cart"


def searches(*terms, at=NOW_):
    return [event(TERMS, at, properties={"term": term}) for term in terms]


def run(store, owner, slug, limit=None):
    with store.read(owner) as session:
        return panel(slug, limit)(session, owner, WEEK)


def search_terms(store, owner, limit=None):
    return run(store, owner, "conversations.search_term", limit)


def test_terms_that_differ_in_quotes_blanks_or_case_are_one_in_its_usual_spelling(store, acme):
    send(store, acme, searches("iPod touch", '"ipod touch"', " iPod  touch ", "“IPOD TOUCH”", "tv"))

    rows = [public_fields(row) for row in search_terms(store, acme)]

    assert rows == [
        {"label": "iPod touch", "value": 4, "share": 0.8, "is_other": False},
        {"label": "tv", "value": 1, "share": 0.2, "is_other": False},
    ]


def test_products_are_trimmed_and_case_sensitive(store, acme):
    names = ("Rice", "rice", " rice ", "'Rice'")
    send(store, acme, [event(CART, NOW_, properties={"product": name}) for name in names])

    assert [row[:3] for row in run(store, acme, "conversations.product_added_to_cart")] == [
        ("Rice", 2, 0.5), ("rice", 2, 0.5),
    ]  # fmt: skip


def test_equal_counts_are_ordered_by_label(store, acme):
    send(store, acme, searches("pear", "apple", "fig"))

    assert [row.label for row in search_terms(store, acme)] == ["apple", "fig", "pear"]


def test_all_others_are_one_row_and_shares_are_exact(store, acme):
    send(store, acme, searches(*(f"t{n:02}" for n in range(13)), "t00"))

    rows = search_terms(store, acme)

    assert [row.is_other for row in rows] == [False] * 10 + [True]
    assert rows[-1][:3] == ("other", 3, 3 / 14)
    assert rows[0][:3] == ("t00", 2, 2 / 14)
    assert {row.share for row in rows[1:-1]} == {1 / 14}
    assert sum(row.value for row in rows) == 14


def test_a_term_named_other_is_separate_from_the_row_of_others(store, acme):
    send(store, acme, searches("other", "other", "b", "c", "d"))

    rows = search_terms(store, acme, limit=2)

    assert [(row.label, row.value, row.is_other) for row in rows] == [
        ("other", 2, False), ("b", 1, False), ("other", 2, True),
    ]  # fmt: skip


def test_a_single_remaining_label_gets_its_own_row(store, acme):
    send(store, acme, searches("a", "b", "c", "c"))

    rows = search_terms(store, acme, limit=2)

    assert [(row.label, row.is_other) for row in rows] == [
        ("c", False), ("a", False), ("b", False),
    ]  # fmt: skip


@pytest.mark.parametrize(("limit", "count"), [(1, 2), (3, 4), (4, 5), (5, 5), (50, 5)])
def test_the_limit_sets_the_number_of_rows(store, acme, limit, count):
    send(store, acme, searches("a", "b", "c", "d", "e"))

    assert len(search_terms(store, acme, limit=limit)) == count


def test_without_labels_there_are_no_rows(store, acme):
    send(store, acme, searches("  ", '""', None, [7]))

    assert search_terms(store, acme) == []


def test_rows_have_their_rank_in_the_previous_range(store, acme):
    send(store, acme, [event("page.viewed", "2026-11-01T00:00:00Z")])
    send(store, acme, searches("a", "a", "a", "b", "b", "c", at=BEFORE))
    send(store, acme, searches("b", "b", "b", "new", "new", "a"))

    rows = search_terms(store, acme)

    assert [(row.label, row.rank_before, row.is_compared) for row in rows] == [
        ("b", 2, True), ("new", None, True), ("a", 1, True),
    ]  # fmt: skip


def test_a_rank_beyond_the_ranked_labels_is_the_one_after_them(store, acme):
    send(store, acme, [event("page.viewed", "2026-11-01T00:00:00Z")])
    before = [f"t{n}" for n in range(5) for _ in range(9 - n)]
    send(store, acme, searches(*before, "riser", at=BEFORE))
    send(store, acme, searches("riser", "riser", "t0"))

    first, *_ = search_terms(store, acme, limit=2)

    assert (first.label, first.rank_before) == ("riser", 5)  # sixth: beyond twice the rows


def test_without_a_previous_range_ranks_are_not_compared(store, acme):
    send(store, acme, searches("a"))

    (row,) = search_terms(store, acme)

    assert (row.rank_before, row.is_compared) == (None, False)


def test_only_warnings_are_counted_as_warning_codes(store, acme):
    codes = (("WARNING", "noisy"), ("WARNING", " noisy"), ("WARNING", "rare"), ("ERROR", "fatal"))
    properties = [{"severity": severity, "code": code} for severity, code in codes]
    send(store, acme, [event("finding.recorded", NOW_, properties=item) for item in properties])

    assert [row[:2] for row in run(store, acme, "warnings-by-code")] == [("noisy", 2), ("rare", 1)]


def findings(*rows, at=NOW_):
    names = ("severity", "code", "validator")
    properties = [dict(zip(names, row, strict=False)) for row in rows]
    return [event("finding.recorded", at, properties=item) for item in properties]


FINDINGS = [
    ("WARNING", "long-name", "naming"), ("WARNING", "odd-name", " naming "),
    ("WARNING", "old", "schema"), ("WARNING", "old"), ("INFO", "moved", "links"),
    ("ERROR", "missing", "naming"), ("ERROR", "missing"), ("ERROR", " type", "schema"), ("ERROR",),
]  # fmt: skip
BY_VALIDATOR, BY_CODE = [("naming", 2), ("schema", 1)], [("missing", 2), ("type", 1)]


def test_validators_and_error_codes_are_counted(store, acme):
    send(store, acme, findings(*FINDINGS))

    assert [row[:2] for row in run(store, acme, "warnings-by-validator")] == BY_VALIDATOR
    assert [row[:2] for row in run(store, acme, "top-errors")] == BY_CODE


def test_a_panel_added_later_is_exact_before_and_after_its_tally_is_counted(store, acme):
    """New orgs do not keep these tallies, because no template uses them."""
    send(store, acme, findings(*FINDINGS, at=BEFORE))
    send(store, acme, findings(*FINDINGS))
    before_counting = [run(store, acme, slug) for slug in ("warnings-by-validator", "top-errors")]
    tallies = [*panel("warnings-by-validator").tallies, *panel("top-errors").tallies]
    maintain_org(store, acme, tallies)
    send(store, acme, findings(("WARNING", "old", "schema"), ("WARNING", "old", "schema")))

    assert [[row[:2] for row in rows] for rows in before_counting] == [BY_VALIDATOR, BY_CODE]
    after_counting = [row[:2] for row in run(store, acme, "warnings-by-validator")]
    assert after_counting == [("schema", 3), ("naming", 2)]
    assert list(differences(store, acme)) == []
