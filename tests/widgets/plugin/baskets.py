"""What was paid in each country."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from dash import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.language import say, say_number
from dashapp.domain.time.time_range import TimeRange
from dashapp.queries.own import events, is_in_range, number, params, text, total
from dashapp.widgets import Drawing, Painted, Size, Widget, _

COUNTRY = text(events, "properties.country")
BY_COUNTRY = (
    select(
        COUNTRY.label("country"),
        total(events, "properties.total").label("total"),
        func.max(number(events, "properties.total")).label("largest"),
    )
    .where(events.c.type == "order.paid", is_in_range(events), COUNTRY.is_not(None))
    .group_by(COUNTRY)
    .order_by(COUNTRY)
)


class Basket(NamedTuple):
    """What was paid in a country, and how it is drawn."""

    country: str
    total: int | Decimal
    largest: int | Decimal | None
    style: str


def baskets(session: Session, scope: Scope, time_range: TimeRange) -> Sequence[Basket]:
    """Return one row per country."""
    rows = session.execute(BY_COUNTRY, params(scope, time_range))
    return [
        Basket(row.country, row.total, row.largest, "small" if row.total < 100 else "large")
        for row in rows
    ]


def paint(_widget: Widget[Basket], rows: Sequence[Basket], _time_range: TimeRange) -> Painted:
    """Draw one line per country."""
    return Painted([html.P(_line(row), className=row.style) for row in rows])


def _line(row: Basket) -> str:
    amount = say_number(float(row.total), places=2)
    return say("%(country)s: %(amount)s", country=row.country, amount=amount)


WIDGET = Widget(
    slug="baskets",
    title=_("Baskets"),
    size=Size.QUARTER,
    query=baskets,
    draw=Drawing(
        paint=paint,
        is_empty=lambda rows: not rows,
        has_figure=False,
        columns=("country", "total", "largest"),
        assets=("tests.widgets.plugin:baskets.css", "tests.widgets.plugin:scripts/baskets.js"),
    ),
)
