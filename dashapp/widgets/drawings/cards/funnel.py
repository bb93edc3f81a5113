"""A funnel: how many users reached each step, as parts of the first and of the previous one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from dash import html

from dashapp.domain.language import _, current_language, say, say_number
from dashapp.domain.series import FunnelRow, public_field_names
from dashapp.domain.time.labels import comparison_title
from dashapp.domain.time.time_range import TimeRange
from dashapp.domain.units import Format
from dashapp.widgets.drawings.attributes import attributes
from dashapp.widgets.drawings.change import delta
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
        widget: Widget[FunnelRow], rows: Sequence[FunnelRow], time_range: TimeRange
    ) -> Painted:
        better = Better.LOWER if widget.better is Better.LOWER else Better.HIGHER
        previous = [None, *rows[:-1]]
        steps = [
            _Step(row, before, number, better, time_range)
            for number, (row, before) in enumerate(zip(rows, previous, strict=True))
        ]
        within = _within(within_seconds)
        return Painted(html.Ol([step.drawn(look, within) for step in steps], className="funnel"))

    return Drawing(
        paint=paint,
        is_empty=lambda rows: not any(row.value for row in rows),
        has_figure=False,
        columns=public_field_names(FunnelRow),
        kind="funnel",
    )


class _Step(NamedTuple):
    """A step, and the one before it; the first step has none."""

    row: FunnelRow
    before: FunnelRow | None
    number: int
    better: Better
    time_range: TimeRange

    def drawn(self, look: Look, within: str) -> html.Li:
        row, before = self.row, self.before
        name = say(look.names.get(row.step, row.step))
        value = _COUNT.short(row.value) if row.value >= _LARGE else _COUNT.text(row.value)
        rates = _rates(row, before, self.number) if before else within
        return html.Li(
            [
                html.P([html.Span(name, title=name), html.B(value)], className="fn"),
                html.Span(
                    [_bar("was", before.rate if before else 1), _bar("", row.rate)],
                    className="fb",
                    **attributes(aria_hidden="true"),
                ),
                html.P([html.Span(rates), *self._change()], className="fr"),
            ]
        )

    def _change(self) -> list[Any]:
        """The change of the first step's users, and of the others' rates to the step before."""
        row, before = self.row, self.before
        if row.previous is None or not self.time_range.has_comparison or self.time_range.is_ahead:
            return []
        title = say(
            "%(number)s (%(range)s)",
            number=say_number(row.previous),
            range=comparison_title(self.time_range),
        )
        if before is None:
            return [delta(_COUNT, self.better, row.value, row.previous, title)]
        if not before.value or not before.previous:
            return []
        now, then = row.value / before.value, row.previous / before.previous
        return [delta(_RATE, self.better, now, then, title)]


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
