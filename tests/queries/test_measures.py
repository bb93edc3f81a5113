"""Every measure in every shape equals a naive count in Python.

In several zones, from tallies, sealed days and events, under filters, on both databases.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.boards.definitions import Funnel, Measured
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import Label
from dashapp.queries.questions.funnels import funnel
from dashapp.queries.questions.heat import heat
from dashapp.queries.questions.latest import latest
from dashapp.queries.questions.lists import Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import By, Quantity
from dashapp.queries.questions.series import series, series_by
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.store.columns.columns import Columns
from dashapp.store.columns.verify import sealed_differences
from dashapp.store.orgs import states
from dashapp.store.tallies import maintenance
from tests import measures_model as model
from tests.effort import scaled
from tests.factories import event, time_range

pytestmark = pytest.mark.xdist_group("measured")
START = datetime(2026, 10, 20, tzinfo=UTC)  # clocks change on 25 October and 1 November
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
NUMBERS = (25, 0.1, 19.99, -3.5, 7.0, 0, "12", True, None, 1.0000005, 123456789.123456, 2**53)
OF, WAIT = "properties.total", "properties.wait.seconds"
PAID = ("order.paid",)
LARGE = Condition(OF, (), 0.1, 100)
BERLIN = Condition("properties.city", ("Berlin", "7"))
QUANTITIES = {
    "orders": Quantity((Measured(PAID),)),
    "family": Quantity((Measured(("order.*", "cart.created")),)),
    "large": Quantity((Measured(PAID, where=(LARGE, BERLIN)),)),
    "users": Quantity((Measured(("order.*",), "users"),)),
    "sum": Quantity((Measured(PAID, "sum", OF),)),
    "average": Quantity((Measured(PAID, "average", OF),)),
    "min": Quantity((Measured((), "min", OF),)),
    "max": Quantity((Measured(PAID, "max", OF, (BERLIN,)),)),
    "unique": Quantity((Measured((), "unique", "properties.city"),)),
    "p50": Quantity((Measured(PAID, "p50", OF),)),
    "p95": Quantity((Measured((), "p95", WAIT),)),
    "rate": Quantity((Measured(PAID, where=(LARGE,)), Measured(PAID)), is_inverted=True),
    "basket": Quantity((Measured(PAID, "sum", OF), Measured(PAID))),
    "share": Quantity((Measured(PAID, "users"), Measured((), "users"))),
}
FIELDS = ("type", "channel", "project", "properties.city", "properties.shop.id-no")
FUNNEL = Funnel(("cart.created", "order.paid", "order.sent"), 86_400)
SAME = Funnel(("cart.created", "order.paid", "order.sent"), 3 * 86_400, "properties.city")


def sample_events():
    kinds = ("order.paid", "cart.created", "order.sent", "page.viewed", "order.paid")
    return [
        event(
            kinds[n * 7 % 11 % 5],
            START + timedelta(minutes=97 * n, microseconds=n % 7),
            user=f"u{n * 13 % 17}" if n % 6 else "",
            channel=("api", "web", "kiosk")[n % 5 % 3],
            project=("default", "shop")[n % 3 % 2],
            properties={
                "total": NUMBERS[n * 5 % 12],
                "city": ("Berlin", "Paris", 7, 7.0, "", "Rome", "Oslo", "Bern")[n * 3 % 8],
                "wait": {"seconds": n * n % 997 / 8},
                "shop": {"id-no": f"s{n % 4}"},
            },
        )
        for n in range(450)
    ]


@pytest.fixture(params=["stored", "sealed", "from events"])
def source(request, monkeypatch):
    if request.param != "stored":
        monkeypatch.setattr(states.OrgState, "find_tally", lambda _state, _tally: None)
    if request.param == "from events":
        monkeypatch.setattr(Columns, "of", lambda _session: None)
    return request.param


def asked(store, owner, resolved, *questions):
    with store.read(owner) as session:
        return answer_together(Asking(session, owner, resolved), questions)


def is_close(quantity, actual, expected):
    """Return whether a value is exact; percentiles are within one percent."""
    if expected is None or actual is None or not quantity.is_approximate:
        return actual == expected
    return abs(float(actual) - float(expected)) <= abs(float(expected)) * 0.01 + 1e-9


CASES = {
    "name": st.sampled_from(sorted(QUANTITIES)),
    "org": st.integers(0, 5),
    "zone": st.sampled_from(ZONES),
    "preset": st.sampled_from(["24h", "7d", "30d", "month", "6h"]),
    "now": st.integers(0, 40 * 1440).map(lambda m: START + timedelta(minutes=m)),
    "project": st.sampled_from([None, None, "shop"]),
    "is_filtered": st.sampled_from([False, False, True]),
}


class Case:
    """A quantity in a range of one org, and the events that it may count."""

    def __init__(self, measured, drawn):
        owners, events = measured
        self.store, owner = owners[drawn["org"]]
        self.quantity = QUANTITIES[drawn["name"]]
        self.range = time_range(drawn["preset"], drawn["zone"], drawn["now"])
        owner = owner.of_project(drawn["project"])
        if drawn["is_filtered"]:
            owner = owner.filtered_by((("properties.city", ("Berlin", "7", "Oslo")),))
        self.owner = owner
        self.events = [
            item
            for item in events
            if drawn["project"] in {None, item.project}
            and (
                not drawn["is_filtered"]
                or model.field_of(item, "properties.city") in {"Berlin", "7", "Oslo"}
            )
        ]
        self.within = model.within(self.events, self.range.start, self.range.end)

    def ask(self, question):
        return asked(self.store, self.owner, self.range, question)[0]


@settings(max_examples=scaled(8))
@given(drawn=st.fixed_dictionaries(CASES))
def test_one_number_equals_a_naive_count(measured, source, drawn):
    case = Case(measured, drawn)

    (row,) = case.ask(number(case.quantity))

    assert is_close(case.quantity, row.value, model.value(case.quantity, case.within))
    trend = [
        model.value(case.quantity, model.within(case.events, b.start, b.end))
        for b in case.range.buckets
    ]
    pairs = zip(row.trend, trend, strict=True)
    assert all(is_close(case.quantity, actual, expected) for actual, expected in pairs)


@settings(max_examples=scaled(8))
@given(drawn=st.fixed_dictionaries(CASES), field=st.sampled_from(FIELDS))
def test_a_list_equals_a_naive_count(measured, source, drawn, field):
    case = Case(measured, drawn)

    rows = case.ask(ranking(case.quantity, By(field), Order(3)))

    expected = model.by_value(case.quantity, field, case.within)
    listed = [row for row in rows if not row.is_other]
    known = {name: n for name, n in expected.items() if n is not None}
    if not case.quantity.is_approximate:
        ranked = sorted(known.items(), key=lambda item: (-item[1], item[0]))
        assert [(r.label, r.value) for r in listed] == ranked[: len(listed)]
    assert all(is_close(case.quantity, r.value, expected[r.label]) for r in listed)
    assert len(listed) >= min(3, len({n for n in known if known[n]}))
    rest = [row.value for row in rows if row.is_other]
    if rest:
        names = {row.label for row in listed}
        others = [e for e in case.within if model.field_of(e, field) not in {*names, None, ""}]
        assert is_close(case.quantity, rest[0], model.value(case.quantity, others))


@settings(max_examples=scaled(8))
@given(drawn=st.fixed_dictionaries(CASES), field=st.sampled_from(FIELDS))
def test_series_by_value_equal_a_naive_count(measured, source, drawn, field):
    case = Case(measured, drawn)

    rows = case.ask(series_by(case.quantity, By(field), limit=2))

    named = {row.series for row in rows if not row.is_rest}
    prefix = ""
    if field == "type" and named:
        types = {model.field_of(e, "type") for e in case.events}
        prefix = next(p for p in ("", "order.") if all(f"{p}{name}" in types for name in named))
    for bucket in case.range.buckets:
        events = model.within(case.events, bucket.start, bucket.end)
        expected = model.by_value(case.quantity, field, events)
        for row in (row for row in rows if row.start == bucket.start):
            if row.is_rest:
                names = {f"{prefix}{name}" for name in named}
                rest = [e for e in events if model.field_of(e, field) not in {*names, None, ""}]
                value = model.value(case.quantity, rest)
            else:
                value = expected.get(f"{prefix}{row.series}", model.value(case.quantity, []))
            assert is_close(case.quantity, row.value, value)


@settings(max_examples=scaled(8))
@given(drawn=st.fixed_dictionaries(CASES))
def test_a_heat_map_equals_a_naive_count(measured, source, drawn):
    case = Case(measured, drawn)

    rows = case.ask(heat(case.quantity))

    expected = model.heat(case.quantity, case.within, case.range.zone)
    assert len(rows) == 168
    assert all(is_close(case.quantity, row.value, expected[row.weekday, row.hour]) for row in rows)


@settings(max_examples=scaled(8))
@given(drawn=st.fixed_dictionaries(CASES), metric=st.sampled_from([FUNNEL, SAME]))
def test_a_funnel_equals_a_naive_count(measured, source, drawn, metric):
    case = Case(measured, drawn)

    rows = case.ask(funnel(metric))

    after = min(timedelta(seconds=metric.within_seconds), case.range.as_of - case.range.end)
    last = max(case.range.end, case.range.end + after)
    expected = model.funnel(metric, case.events, case.range.start, case.range.end, last)
    assert [row.value for row in rows] == expected


@settings(max_examples=scaled(8))
@given(drawn=st.fixed_dictionaries(CASES))
def test_the_latest_events_are_those_of_the_metric(measured, source, drawn):
    case = Case(measured, drawn)
    part = case.quantity.parts[0]

    rows = case.ask(latest(part, ["occurred_at", "user", OF], 5))

    expected = sorted(
        (e for e in case.within if model.is_counted(e, part)),
        key=lambda e: (e.occurred_at, e.id),
        reverse=True,
    )
    assert [row.fields["user"] for row in rows] == [e.user for e in expected[:5]]
    assert [row.fields[OF] for row in rows] == [model.value_of(e, OF) for e in expected[:5]]
    assert all(row.total == len(expected) for row in rows)


def test_several_metrics_are_series_of_their_own(measured, source):
    case = Case(measured, {"name": "p50", "org": 0, "zone": "UTC", "preset": "7d",
                           "now": START + timedelta(days=20), "project": None,
                           "is_filtered": False})  # fmt: skip

    rows = case.ask(series({"orders": QUANTITIES["orders"], "sum": QUANTITIES["sum"]}))

    assert [row.series for row in rows][:2] == ["orders", "sum"]
    total = sum(row.value for row in rows if row.series == "sum")
    assert total == model.value(QUANTITIES["sum"], case.within)


def test_every_measure_equals_a_recount(measured):
    owners, _events = measured

    for store, owner in owners:
        assert list(maintenance.differences(store, owner)) == []
        assert list(sealed_differences(store, owner)) == []


def test_labels_of_numbers_are_trimmed_and_folded(measured, source):
    by = By("properties.city", label=Label.FOLDED)
    case = Case(measured, {"name": "sum", "org": 1, "zone": "UTC", "preset": "30d",
                           "now": START + timedelta(days=20), "project": None,
                           "is_filtered": False})  # fmt: skip

    rows = case.ask(ranking(case.quantity, by, Order(10)))

    assert {row.label for row in rows} == {"berlin", "paris", "7", "rome", "oslo", "bern"}


def test_a_filter_changes_no_color(measured):
    """Colors are told apart among the series that there would be without the viewer's filters."""
    drawn = {"name": "orders", "org": 0, "zone": "UTC", "preset": "30d", "project": None,
             "now": START + timedelta(days=29), "is_filtered": False}  # fmt: skip
    case = Case(measured, drawn)
    by = By("properties.city")
    filtered = case.owner.filtered_by((("properties.city", ("Oslo",)),))

    with case.store.read(case.owner) as session:
        asking = Asking(session, filtered, case.range, case.owner)
        (rows,) = answer_together(asking, [series_by(case.quantity, by, 3)])

    everything = case.ask(series_by(case.quantity, by, 3))
    names = dict.fromkeys(row.series for row in everything if not row.is_rest)
    assert {row.series for row in rows} == {"Oslo"}
    assert rows[0].peers == tuple(names)
