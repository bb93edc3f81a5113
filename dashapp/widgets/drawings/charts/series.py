"""The series of a chart: names, colors and values, one per bucket."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from dashapp.domain.language import say
from dashapp.domain.series import Number, SeriesRow
from dashapp.widgets.drawings.charts.colors import GRAY, SERIES, colors_of, name_of
from dashapp.widgets.look import Look
from dashapp.widgets.widget import Widget

Value = int | float | None  # as JSON has it
_OTHER = "other"
_Key = tuple[str, bool]  # the name of a series, and whether it combines the remaining values
PLAIN = Look()


class Plotted(NamedTuple):
    """One series as shown in the chart, its tooltip, and its table.

    A value is None where there is nothing to measure. `before` are the values of the compared
    range, None if nothing is compared. `filter` is the filter for the series, and `value` its name
    in the rows, None for the remaining values.
    """

    name: str
    color: str
    values: list[Value]
    before: list[Value] | None
    filter: str | None
    value: str | None = None

    @property
    def numbers(self) -> list[int | float]:
        """All values that exist, those of the compared range too."""
        return [value for value in (*self.values, *(self.before or ())) if value is not None]


def plotted(
    widget: Widget[SeriesRow], rows: Sequence[SeriesRow], look: Look = PLAIN
) -> list[Plotted]:
    """The series in order. Each has one value per bucket.

    If there are more series than colors and values add up, the smallest ones become “other”.
    """
    by_key: dict[_Key, list[SeriesRow]] = {}
    for row in rows:
        by_key.setdefault((row.series, row.is_rest), []).append(row)
    series = {key: _plotted(widget, key, its_rows, look) for key, its_rows in by_key.items()}
    if len(series) > len(SERIES) and look.is_additive:
        series = _largest(series)
    names = [name for name, is_rest in series if not is_rest]
    peers = rows[0].peers if rows else ()
    colors = colors_of(list(dict.fromkeys([*peers, *names])), look.colors)
    return [
        plot._replace(color=GRAY if is_rest else colors[name])
        for (name, is_rest), plot in series.items()
    ]


class _Measured(Protocol):
    @property
    def value(self) -> Number | None: ...


def has_no_number(look: Look) -> Callable[[Sequence[_Measured]], bool]:
    """Whether a drawing is empty: without numbers, or with nothing but zeros if these mean none."""

    def is_empty(rows: Sequence[_Measured]) -> bool:
        if look.is_additive or look.is_count:
            return not any(row.value for row in rows)
        return all(row.value is None for row in rows)

    return is_empty


def plain(value: Number | None) -> Value:
    """A number as JSON has it. Sums are decimals; whole ones are written without a point."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _plotted(
    widget: Widget[SeriesRow], key: _Key, rows: Sequence[SeriesRow], look: Look
) -> Plotted:
    name, is_rest = key
    is_compared = any(row.before is not None for row in rows)
    return Plotted(
        _shown_name(name, look, is_rest=is_rest),
        GRAY,
        [plain(row.value) for row in rows],
        [_counterpart(row, look) for row in rows] if is_compared else None,
        widget.by.filter_of(name) if widget.by and not is_rest else None,
        None if is_rest else name,
    )


def _counterpart(row: SeriesRow, look: Look) -> Value:
    return plain(row.before) if row.before is not None or not look.is_additive else 0


def _shown_name(name: str, look: Look, *, is_rest: bool) -> str:
    """The name of a series. A value of a field may also be called “other”: it is not translated."""
    if is_rest:
        return say("Other")
    if name in look.names:
        return say(look.names[name])
    return name if name == _OTHER and look.label else name_of(name)


def _largest(series: dict[_Key, Plotted]) -> dict[_Key, Plotted]:
    """As many series as there are colors: the largest ones, and the sum of all others."""
    named = [key for key in series if key[0] != _OTHER and not key[1]]
    by_size = sorted(named, key=lambda key: -sum(value or 0 for value in series[key].values))
    largest = [key for key in named if key in by_size[: len(SERIES) - 1]]
    rest = [plot for key, plot in series.items() if key not in largest]
    before = [plot.before for plot in rest if plot.before is not None]
    other = rest[0]._replace(
        name=say("Other"),
        values=_sums(plot.values for plot in rest),
        before=_sums(before) if before else None,
        filter=None,
        value=None,
    )
    return {key: series[key] for key in largest} | {(_OTHER, True): other}


def _sums(lists: Iterable[Sequence[Value]]) -> list[Value]:
    return [sum(value or 0 for value in values) for values in zip(*lists, strict=True)]
