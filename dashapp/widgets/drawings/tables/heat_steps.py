"""The steps of a heat map: zero on its own, then fifths of the values above zero."""

from collections.abc import Iterable
from typing import NamedTuple

from dashapp.domain.language import say
from dashapp.domain.series import Number
from dashapp.domain.units import Format, size_of

_FIFTHS = 5
_SHORT = 1000  # from here on, numbers are short


class HeatSteps(NamedTuple):
    """`cuts` are the highest values of the steps above zero, in ascending order."""

    cuts: tuple[Number, ...]
    has_zero: bool
    has_negative: bool

    def step_of(self, value: Number | None) -> str:
        """The class of a cell: `h0` to `h5`, `below-zero`, or `none` without a value."""
        if value is None:
            return "none"
        if value < 0:
            return "below-zero"
        return f"h{sum(cut < value for cut in self.cuts) + 1 if value else 0}"

    def legend(self, unit_format: Format) -> list[tuple[str, str]]:
        """The class and the name of each step: `0`, `1–2`, `3–5`; or `to €36`."""
        zero = unit_format.tick(0, 1)
        entries = []
        if self.has_negative:
            entries.append(("below-zero", say("below %(value)s", value=zero)))
        if self.has_zero:
            entries.append(("h0", zero))
        names = self._ranges() if self._are_counts(unit_format) else self._limits(unit_format)
        return [*entries, *((f"h{number}", name) for number, name in enumerate(names, 1))]

    def _are_counts(self, unit_format: Format) -> bool:
        is_whole = all(isinstance(cut, int) for cut in self.cuts)
        return unit_format == Format() and is_whole and max(self.cuts, default=0) < _SHORT

    def _ranges(self) -> list[str]:
        lows = [1, *(int(cut) + 1 for cut in self.cuts)]
        return [
            f"{low}–{high}" if low != high else f"{high}"
            for low, high in zip(lows, self.cuts, strict=False)
        ]

    def _limits(self, unit_format: Format) -> list[str]:
        return [say("to %(value)s", value=short(cut, unit_format)) for cut in self.cuts]


def heat_steps(values: Iterable[Number | None]) -> HeatSteps:
    """The steps for the values of a heat map. Fewer different values make fewer steps.

    Fifths, because a single very high value would leave all others in the lowest of equal steps.
    """
    numbers = [value for value in values if value is not None]
    positive = sorted(value for value in numbers if value > 0)
    count = len(positive)
    cuts = {positive[-(-count * part // _FIFTHS) - 1] for part in range(1, _FIFTHS + 1) if count}
    return HeatSteps(
        tuple(sorted(cuts)),
        has_zero=any(value == 0 for value in numbers),
        has_negative=any(value < 0 for value in numbers),
    )


def short(value: Number | None, unit_format: Format) -> str:
    """A number in few letters, from four digits on."""
    if value is not None and size_of(value) >= _SHORT:
        return unit_format.short(value)
    return unit_format.text(value)
