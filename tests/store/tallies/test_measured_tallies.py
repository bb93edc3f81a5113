"""Tallies of numbers, percentiles and distinct values always equal a recount of the events."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import Measured
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import Counted, Tally
from dashapp.domain.time.instant import to_us
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import Quantity
from dashapp.store import short_steps
from dashapp.store.events.erasure import erase_user, prune
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import maintenance
from dashapp.store.upkeep import maintain_org
from tests.factories import NOW, event, send, set_timezone, time_range
from tests.panels import ask, keep

OF, PAID = "properties.total", ("order.paid",)
TALLIES = [
    Tally(types=PAID, counted=Counted.NUMBERS, of=OF),
    Tally(types=PAID, by="properties.city", counted=Counted.NUMBERS, of=OF),
    Tally(types=PAID, counted=Counted.SPREAD, of=OF),
    Tally(types=PAID, counted=Counted.VALUES, of="properties.city"),
    Tally(where=(Condition(OF, (), 2, 5),)),
]
MEASURES = ("sum", "average", "min", "max", "p95")
QUANTITIES = [
    *(Quantity((Measured(PAID, measure, OF),)) for measure in MEASURES),
    Quantity((Measured(PAID, "unique", "properties.city"),)),
]


def paid(total, days=0, user="u1", city="Bern"):
    at = NOW - timedelta(days=days, hours=1)
    return event("order.paid", at, user=user, properties={"total": total, "city": city})


def values(store, owner, zone="UTC"):
    """Return the sum, average, minimum, maximum, 95th percentile, and number of cities."""
    resolved = time_range("30d", zone)
    with store.read(owner) as session:
        rows = [ask(session, owner, resolved, number(quantity))[0] for quantity in QUANTITIES]
    return [None if row.value is None else float(row.value) for row in rows]


def differences(store, owner):
    return list(maintenance.differences(store, owner))


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch):
    """Skip the pauses that give other writers a turn."""
    monkeypatch.setattr(short_steps, "sleep", lambda _seconds: None)


@pytest.fixture
def filled(store, acme, rival):
    for owner in (acme, rival):
        keep(store, owner, TALLIES)
        send(store, owner, [paid(n / 4, n, user=f"u{n % 3}", city=f"c{n % 4}") for n in range(20)])
    return store


def run(store, owner, statement, **params):
    with store.write(owner) as session:
        session.execute(text(statement), {"org": owner.org_id, **params})


OF_TALLY = "WHERE org_id = :org AND tally = (SELECT tally FROM tally_states WHERE org_id = :org AND definition = :definition)"


@pytest.mark.parametrize(
    ("tally", "fault", "message"),
    [
        (0, "UPDATE measured SET part = part + 1 {} AND grain = 0 AND project = '' AND step = 20777", "2026-11-20 (day): 1 events with 1 millionths stored, 1 events with 0 millionths counted"),
        (0, "DELETE FROM measured {} AND grain = 1 AND project = ''", "(hour 08): 0 stored"),
        (0, "UPDATE measured SET low = '' {} AND grain = 0 AND step = 20770", "2026-11-13 (day)"),
        (1, "UPDATE measured SET n = n + 1 {} AND grain = 3", "it differs from the sum of its days"),
        (2, "UPDATE spreads SET spread = '[9,\"\",\"\"]' {} AND project = ''", "(percentiles): 0 events stored, 1 events counted"),
        (3, "UPDATE seen SET n = n + 1 {} AND project = ''", "(users): 2 stored, 1 counted"),
        (4, "UPDATE tally SET n = n + 1 {} AND grain = 0", "all events with 1 conditions by total"),
    ],
)  # fmt: skip
def test_verify_finds_a_wrong_number_and_a_rebuild_fixes_it(filled, acme, tally, fault, message):
    before = values(filled, acme)
    run(filled, acme, fault.format(OF_TALLY), definition=TALLIES[tally].definition)

    assert any(message in sentence for sentence in differences(filled, acme))

    maintenance.rebuild_all(filled, acme, TALLIES)
    maintenance.finish_counting(filled, acme)
    assert differences(filled, acme) == []
    assert values(filled, acme) == before


def test_late_and_repeated_events_are_added_once(filled, acme):
    late = [paid(100, 3), paid(-7.5, 3, city="c9"), paid("none", 12), paid(2**53, 29)]
    for _ in range(2):
        send(filled, acme, late)

    total, _average, low, high, _p95, cities = values(filled, acme)

    assert (total, low, high, cities) == (2**53 + 140, -7.5, 2**53, 6)
    assert differences(filled, acme) == []


def test_sums_carry_beyond_64_bits(store, acme):
    keep(store, acme, TALLIES)
    largest = 2**63 - 1
    send(store, acme, [paid(largest), paid(largest)])
    send(store, acme, [paid(largest), paid(0.000001), paid(-(2**63))])

    with store.read(acme) as session:
        (row,) = ask(session, acme, time_range("7d"), number(QUANTITIES[0]))

    assert str(row.value) == "18446744073709551613.000001"
    assert differences(store, acme) == []


def test_erasing_a_user_lowers_sum_maximum_and_distinct_values(store, acme):
    keep(store, acme, TALLIES)
    send(store, acme, [paid(5), paid(1, 3), paid(900, 3, user="gone", city="x"), paid(-4, user="gone")])  # fmt: skip
    assert values(store, acme)[:4] == [902.0, 225.5, -4.0, 900.0]

    erase_user(store, acme, "gone")

    assert values(store, acme) == [6.0, 3.0, 1.0, 5.0, 5.0, 1.0]
    assert differences(store, acme) == []


def test_pruning_removes_numbers_and_the_names_of_values(store, acme):
    keep(store, acme, TALLIES)
    send(store, acme, [paid(5), paid(900, 9, city="old")])

    prune(store, acme, to_us(NOW - timedelta(days=4)))

    assert values(store, acme) == [5.0, 5.0, 5.0, 5.0, 5.0, 1.0]
    with store.read(acme) as session:
        assert session.execute(text("SELECT value FROM event_values")).scalars().all() == ["Bern"]
    assert differences(store, acme) == []


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_changing_the_time_zone_recounts_the_days(filled, acme, zone):
    expected = values(filled, acme, zone)
    set_timezone(filled, acme, zone)
    moved = Scope(acme.org._replace(timezone=zone), acme.role)

    assert values(filled, moved, zone) == expected  # from events, at once
    maintenance.finish_counting(filled, moved)
    assert values(filled, moved, zone) == expected
    assert differences(filled, moved) == []


def test_a_new_tally_counts_past_days_and_changes_no_number(store, acme):
    send(store, acme, [paid(n / 4, n, city=f"c{n % 4}") for n in range(20)])
    before = values(store, acme)

    maintain_org(store, acme, TALLIES)

    with store.read(acme) as session:
        kept = {org_tally.tally for org_tally in org_state(session, acme).tallies}
    assert kept >= set(TALLIES)
    assert values(store, acme) == before
    assert before[:4] == [47.5, 2.375, 0.0, 4.75]
    assert differences(store, acme) == []
