"""What each measure costs over 90 days, with 1 million and 10 million events (SQLite)."""

import os
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks import setting
from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.definitions import Measured
from dashapp.domain.events.event import Event
from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import resolve
from dashapp.domain.time.zones import zone_named
from dashapp.queries.questions.heat import heat
from dashapp.queries.questions.lists import Order, ranking
from dashapp.queries.questions.number import number
from dashapp.queries.questions.quantities import TOTAL, By, Quantity
from dashapp.queries.questions.series import series, series_by
from dashapp.queries.reading.together import Asking, Question, answer_together
from dashapp.store.events.ingest import ingest
from dashapp.store.tallies.updates import declare

MILLION = int(os.environ.get("BENCH_FEW", "1000000"))
MANY = int(os.environ.get("BENCH_EVENTS", str(10 * MILLION)))
_BATCH = 5_000
_PAID, _TOTAL = ("order.paid",), "properties.total"
_COUNTRY = By("properties.country")
_LARGE = (Condition(_TOTAL, (), 20, None),)
_QUANTITIES = {
    "count": Quantity((Measured(_PAID),)),
    "count where total >= 20": Quantity((Measured(_PAID, where=_LARGE),)),
    "users": Quantity((Measured(_PAID, "users"),)),
    "sum": Quantity((Measured(_PAID, "sum", _TOTAL),)),
    "average": Quantity((Measured(_PAID, "average", _TOTAL),)),
    "min": Quantity((Measured(_PAID, "min", _TOTAL),)),
    "max": Quantity((Measured(_PAID, "max", _TOTAL),)),
    "p50": Quantity((Measured(_PAID, "p50", _TOTAL),)),
    "p95": Quantity((Measured(_PAID, "p95", _TOTAL),)),
    "unique countries": Quantity((Measured(_PAID, "unique", "properties.country"),)),
    "ratio of sum and count": Quantity((Measured(_PAID, "sum", _TOTAL), Measured(_PAID))),
}
_COUNT, _SUM = _QUANTITIES["count"], _QUANTITIES["sum"]


def _questions() -> dict[str, Question]:
    numbers = {f"number: {name}": number(quantity) for name, quantity in _QUANTITIES.items()}
    return numbers | {
        "line: sum": series({"sum": _SUM}),
        "line: sum by country": series_by(_SUM, _COUNTRY),
        "list: count by country": ranking(_COUNT, _COUNTRY, Order()),
        "list: sum by country": ranking(_SUM, _COUNTRY, Order()),
        "heat map: count": heat(_COUNT),
        "heat map: sum": heat(_SUM),
    }


def run(folder: Path) -> None:
    store = setting.open_store(folder, "measures")
    medians: dict[str, list[float]] = {}
    for count in (MILLION, MANY):
        scope = setting.new_org(store, f"shop-{count}")
        with store.write(scope) as session:
            declare(session, scope, _tallies())
        rate = _fill(store, scope, count)
        print(f"{count:,} events with {len(_tallies())} more tallies: {rate:,.0f} a second")
        for name, question in _questions().items():
            figures = setting.cpu_ms(lambda q=question, s=scope: _ask(store, s, q), 9)
            setting.print_row(f"{count:,} events, {name}", figures)
            medians.setdefault(name, []).append(figures[1])
    print(f"\n{MANY:,} events / {MILLION:,} events (bar: 1.2)")
    for name, (small, large) in medians.items():
        print(f"{name:40} {large / small:6.2f}")
    store.close()


def _tallies() -> list:
    tallies = [t for quantity in _QUANTITIES.values() for t in quantity.tallies(TOTAL)]
    by_country = [t for quantity in (_COUNT, _SUM) for t in quantity.tallies(_COUNTRY)]
    return list(dict.fromkeys([*tallies, *by_country]))


def _ask(store: setting.Store, scope: Scope, question: Question) -> object:
    time_range = resolve(Choice("90d"), zone_named("UTC"), now=setting.NOW)
    with store.read(scope) as session:
        return answer_together(Asking(session, scope, time_range), [question])


def _fill(store: setting.Store, scope: Scope, count: int) -> float:
    from time import perf_counter

    events = _orders(count, scope.org_id)
    started = perf_counter()
    while batch := list(islice(events, _BATCH)):
        with store.write(scope) as session:
            ingest(session, scope, batch, received_at=to_us(setting.NOW))
    return count / (perf_counter() - started)


def _orders(count: int, seed: int) -> Iterator[Event]:
    rng = random.Random(seed)
    end, length = to_us(setting.NOW), setting.DAYS * 86_400 * 1_000_000
    for index in range(count):
        total = rng.lognormvariate(3, 0.7)
        yield Event(
            id=f"{seed}-{index}",
            type="order.paid" if index % 4 else "cart.created",
            occurred_at=end - length + index * length // count,
            user=f"u-{rng.randrange(20_000)}",
            channel="web",
            project="default",
            properties=f'{{"country":"c{min(rng.randrange(60), rng.randrange(60))}","total":{total:.2f}}}',
        )
