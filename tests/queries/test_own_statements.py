"""Statements of your own: exact numbers, the same on both databases, and only the Scope's events."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from dashapp.queries.own import (
    events,
    is_in_previous_range,
    is_in_range,
    number,
    params,
    text,
    total,
)
from tests.factories import event, send, time_range

AT = "2026-11-20T09:00:00Z"
LAST_WEEK = "2026-11-12T09:00:00Z"
TOTAL = "properties.total"
COUNTRY = text(events, "properties.country")
BY_COUNTRY = (
    select(
        COUNTRY.label("country"),
        func.count().label("orders"),
        total(events, TOTAL).label("revenue"),
        func.min(number(events, TOTAL)).label("smallest"),
        func.max(number(events, TOTAL)).label("largest"),
    )
    .where(events.c.type == "order.paid", is_in_range(events))
    .group_by(COUNTRY)
    .order_by(COUNTRY)
)


def paid(total, country="DE", at=AT):
    return event("order.paid", at, properties={"total": total, "country": country})


def rows_of(store, scope, statement, preset="7d"):
    with store.read(scope) as session:
        return [tuple(r) for r in session.execute(statement, params(scope, time_range(preset)))]


def test_numbers_are_exact_and_texts_are_no_numbers(store, acme):
    send(store, acme, [paid(0.1), paid(0.2), paid("7"), paid(9.5, "FR"), paid(-10, "FR")])

    assert rows_of(store, acme, BY_COUNTRY) == [
        ("DE", 3, Decimal("0.3"), Decimal("0.1"), Decimal("0.2")),
        ("FR", 2, Decimal("-0.5"), -10, Decimal("9.5")),
    ]


def test_a_sum_does_not_overflow(store, acme):
    send(store, acme, [paid(9_000_000_000_000_000_000), paid(9_000_000_000_000_000_000)])

    assert rows_of(store, acme, select(total(events, TOTAL))) == [(18_000_000_000_000_000_000,)]


def test_a_sum_of_nothing_is_zero(store, acme):
    assert rows_of(store, acme, select(total(events, TOTAL))) == [(0,)]


def test_numbers_are_compared_and_sorted_as_numbers(store, acme):
    send(store, acme, [paid(9), paid(100), paid(-3), paid(10.5), paid("11"), paid(None)])
    at_least = Decimal(-3)
    column = number(events, TOTAL)

    assert rows_of(store, acme, select(column).where(column >= at_least).order_by(column)) == [
        (-3,), (9,), (Decimal("10.5"),), (100,),
    ]  # fmt: skip
    assert rows_of(store, acme, select(column).where(column < 10.5).order_by(column)) == [
        (-3,), (9,),
    ]  # fmt: skip


def test_the_ranges_are_those_of_the_board(store, acme):
    send(store, acme, [paid(1), paid(20, at=LAST_WEEK), paid(300, at="2026-10-01T00:00:00Z")])

    now, before = (
        rows_of(store, acme, select(total(events, TOTAL)).where(is_in(events)))
        for is_in in (is_in_range, is_in_previous_range)
    )
    assert (now, before) == ([(1,)], [(20,)])


def test_another_org_and_filtered_events_do_not_count(store, acme, rival):
    send(store, acme, [paid(1), paid(2, "FR")])
    send(store, rival, [paid(400)])
    only_france = acme.filtered_by((("properties.country", ("FR",)),))

    sums = select(total(events, TOTAL))
    assert rows_of(store, acme, sums) == [(3,)]
    assert rows_of(store, rival, sums) == [(400,)]
    assert rows_of(store, only_france, sums) == [(2,)]


def test_a_statement_without_a_scope_is_refused(store, acme):
    with store.read(acme) as session, pytest.raises(StatementError, match="'org'"):
        session.execute(select(total(events, TOTAL)))


def test_the_database_does_not_add_numbers_up(store, acme):
    send(store, acme, [paid(1), paid(2)])

    with pytest.raises(Exception, match=r"total\(\)|function sum\(text\) does not exist"):
        rows_of(store, acme, select(func.sum(number(events, TOTAL))))


@pytest.mark.parametrize("field", ["properties.a'b", "properties.", "properties.a b"])
def test_an_invalid_property_is_refused(field):
    for read in (number, total, text):
        with pytest.raises(ValueError, match="Not a"):
            read(events, field)
