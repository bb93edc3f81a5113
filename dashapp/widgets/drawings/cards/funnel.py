"""A funnel: how many users reached each step, as parts of the first and of the previous one."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashapp.domain.language import _, current_language, say, say_number
from dashapp.domain.series import FunnelRow, public_field_names
from dashapp.domain.time.labels import comparison_title
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.cards.change import delta
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Better, Drawing, Painted, Widget

_LENGTHS = (
    (86_400, _("%(count)s days"), _("1 day")),
    (3600, _("%(count)s hours"), _("1 hour")),
    (60, _("%(count)s minutes"), _("1 minute")),
    (1, _("%(count)s seconds"), _("1 second")),
)
_LARGE = 1_000_000  # short from here on
_COUNT, _RATE = Format(), Format("percent")


def funnel(look: Look, within_seconds: int | None = None) -> Drawing[FunnelRow]:
    """A drawing of steps. `within_seconds` is the time that users have after the first step."""

    def paint(
        widget: Widget[FunnelRow],  # noqa: ARG001 - all drawings take the same arguments
        rows: Sequence[FunnelRow],
        time_range: TimeRange,
    ) -> Painted:
        steps = [
            _step(rows, number, look, _within(within_seconds), time_range)
            for number in range(len(rows))
        ]
        return Painted(html.Ol(steps, className="funnel"))

    return Drawing(
        paint=paint,
        is_empty=lambda rows: not any(row.value for row in rows),
        has_figure=False,
        columns=public_field_names(FunnelRow),
        kind="funnel",
    )


def _step(
    rows: Sequence[FunnelRow], number: int, look: Look, within: str, time_range: TimeRange
) -> html.Li:
    row, before = rows[number], rows[max(number - 1, 0)]
    name = say(look.names.get(row.step, row.step))
    value = _COUNT.short(row.value) if row.value >= _LARGE else _COUNT.text(row.value)
    rates = within if number == 0 else _rates(row, before, number)
    return html.Li(
        [
            html.P([html.Span(name, title=name), html.B(value)], className="fn"),
            html.Span(
                [_bar("was", before.rate if number else 1), _bar("", row.rate)],
                className="fb",
                **attributes(aria_hidden="true"),
            ),
            html.P([html.Span(rates), *_change(rows, number, time_range)], className="fr"),
        ]
    )


def _bar(kind: str, rate: float | None) -> html.I:
    """A bar as long as a rate; a rate of zero has none."""
    classes = f"{kind} zero" if not rate else kind
    return html.I(className=classes.strip(), style={"width": f"{100 * (rate or 0):.1f}%"})


def _rates(row: FunnelRow, before: FunnelRow, number: int) -> str:
    """The part of the previous step and of the first; they are the same in the second step."""
    first = say("%(share)s of first", share=_share(row.rate))
    if number == 1:
        return first
    share = _share(row.value / before.value if before.value else None)
    previous = say("%(share)s of previous", share=share)
    return f"{previous} · {first}"


def _share(share: float | None) -> str:
    if share is None:
        return "–"
    return current_language().percent(0, 0) if not share else _RATE.text(share)


def _change(rows: Sequence[FunnelRow], number: int, time_range: TimeRange) -> list[Any]:
    """How the first step's users changed, and the rates of the others to the step before."""
    row, before = rows[number], rows[max(number - 1, 0)]
    if row.previous is None or not time_range.has_comparison or time_range.is_ahead:
        return []
    title = say(
        "%(number)s (%(range)s)",
        number=say_number(row.previous),
        range=comparison_title(time_range),
    )
    if number == 0:
        return [delta(_COUNT, Better.HIGHER, row.value, row.previous, title)]
    if not before.value or not before.previous:
        return []
    now, then = row.value / before.value, row.previous / before.previous
    return [delta(_RATE, Better.HIGHER, now, then, title)]


def _within(seconds: int | None) -> str:
    """The first step's note: `users, within 1 day`."""
    if seconds is None:
        return say("users")
    for unit, text, one in _LENGTHS:
        if seconds % unit == 0:
            count = seconds // unit
            length = say(one) if count == 1 else say(text, count=say_number(count))
            return say("users, within %(length)s", length=length)
    raise AssertionError("every whole number of seconds is a number of seconds")
