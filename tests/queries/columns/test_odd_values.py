"""Odd values of properties count the same on sealed days, from events, and in plain Python.

Also those of properties that have no columns of their own, and of more properties than have some.
"""

from collections import Counter
from datetime import timedelta

import pytest

from dashapp.domain.boards.definitions import Measured
from dashapp.domain.events.values import truncate_label
from dashapp.domain.metrics.conditions import Condition
from dashapp.queries.questions.lists import Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import By, Quantity
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.store.columns import sealing
from dashapp.store.columns.columns import Columns
from dashapp.store.columns.sealed import sealed_between
from dashapp.store.columns.verify import sealed_differences
from tests import measures_model as model
from tests.factories import NOW, event, send, time_range
from tests.queries.test_measures import is_close
from tests.sealing import seal

OF = "properties.v"
NUMBERS = (
    0, -0.0, 0.0, 1, 1.0, -1, 7, 0.1, 1e-7, 2.5e-5, 1.0000005, 1e15, 1e16, 123456789.123456,
    2**53, 2**53 + 1, 2**63 - 1, 1 - 2**63, 1e18, 9.3e18, 1e22, 1e300, -1e300, 1.7976931348623157e308, 5e-324,
)  # fmt: skip
TEXTS = (
    "", " ", "=", "==", "=SUM(A1)", "'", '"', '""', "'; DROP TABLE kept; --", "$1", "$p0", "$", "]",
    "[0]", "{", "\\", "\\n", "a\nb", "a\rb", "\r", "\r\n", "a\r\nb", ",", '",', "\t", "\x01", "\x1a",
    "\x7f", "\x85", "\u2028", "\ufeff", "é", "e\u0301", "😀", "👩‍👩‍👧", "ß", "İ", "null", "NULL", "None",
    "true", "false", "1", "1.0", "01", "1e3", "NaN", "inf", "-", "%", "_", "*", "!x", "😀" * 201, "é" * 200,
    "x" * 10_000, "\r" * 5_000,
)  # fmt: skip
OTHERS = (None, True, False, [], [1], {}, {"a": 1}, {"v": "x"}, [{"v": 1}])
VALUES = (*NUMBERS, *TEXTS, *OTHERS)
MEASURES = ("count", "sum", "min", "max", "average", "p95", "unique")
RANGES = ((0, None), (None, 0), (1, 1.0000005), (1e18, None), (None, -1e18), (2**53, 2**53 + 2), (9.3e18, 1e300))  # fmt: skip
RANGE = time_range("7d")


def odd_events():
    """Return events with each value: in one property, and among 60 others."""
    at = NOW - timedelta(days=3)
    names = {f"n{index}": index for index in range(60)}
    for index, value in enumerate(VALUES):
        fields = {"v": value, "a.b": "dot", "a": {"b": value, "c d": 1}, "$x": 1, "]": 1}
        more = names if index % 2 else {}
        moment = at + timedelta(minutes=index)
        yield event("odd.one", moment, user=f"u{index % 5}", properties={**fields, **more})


SOURCES = {"few columns": 1, "columns": 50, "from events": None}


@pytest.fixture(params=SOURCES)
def sealed(request, store, acme, monkeypatch):
    """The events, whose day is sealed in two of three cases."""
    events = [*odd_events()]
    send(store, acme, events)
    fields = SOURCES[request.param]
    if fields is None:
        monkeypatch.setattr(Columns, "of", lambda _session: None)
    else:
        monkeypatch.setattr(sealing, "BLOCK", 10)  # blocks with and without numbers and others
        assert seal(store, acme, fields=fields) == len(events)
        assert list(sealed_differences(store, acme)) == []
    return events


def measured(measure, of):
    return Measured((), measure, None if measure == "count" else of)


def asked(store, owner, *questions):
    with store.read(owner) as session:
        return answer_together(Asking(session, owner, RANGE), questions)


def test_measures_of_odd_values_equal_a_naive_count(store, acme, sealed):
    quantities = [
        Quantity((part,))
        for of in (OF, "properties.a.b")
        for part in (
            *(measured(name, of) for name in MEASURES),
            *(Measured((), where=(Condition(of, (), *pair),)) for pair in RANGES),
        )
    ]

    answers = asked(store, acme, *map(number, quantities))

    for quantity, (row,) in zip(quantities, answers, strict=True):
        assert is_close(quantity, row.value, model.value(quantity, sealed)), quantity


def test_odd_labels_equal_a_naive_count(store, acme, sealed):
    quantities = [Quantity((measured(name, OF),)) for name in ("count", "sum", "p95", "unique")]

    answers = asked(store, acme, *(ranking(each, By(OF), Order(500)) for each in quantities))

    for quantity, rows in zip(quantities, answers, strict=True):
        values = model.by_value(quantity, OF, sealed)
        expected = {truncate_label(label): n for label, n in values.items()}
        listed = {row.label: row.value for row in rows}
        assert listed.keys() <= expected.keys()
        for label, n in expected.items():
            assert is_close(quantity, listed.get(label, 0), n or 0), label


def test_filters_by_odd_values_equal_a_naive_count(store, acme, sealed):
    question = number(Quantity((Measured(()),)))
    counts = Counter(model.field_of(item, OF) for item in sealed)
    for text in {*counts, "absent"} - {None}:
        ((of_one,),) = asked(store, acme.filtered_by(((OF, (text,)),)), question)
        ((others,),) = asked(store, acme.filtered_by(((f"!{OF}", (text,)),)), question)

        assert (of_one.value, others.value) == (counts[text], len(sealed) - counts[text]), text


def test_a_property_with_a_dot_in_its_name_is_not_a_path(store, acme, sealed):
    viewer = acme.filtered_by((("properties.a.b", ("dot",)),))

    ((row,),) = asked(store, viewer, number(Quantity((Measured(()),))))

    assert row.value == 0


def test_the_days_of_these_events_are_read_from_segments(store, acme):
    send(store, acme, [*odd_events()])
    seal(store, acme)
    low, high = (int(moment.timestamp()) * 10**6 for moment in (NOW - timedelta(days=7), NOW))

    with store.read(acme) as session:
        assert len(sealed_between(session, acme, low, high).days) == 1
