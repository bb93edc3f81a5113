"""Numbers with their unit, as text in the viewer's language: `€18.42`, `4.2%`, `24 min`.

Amounts in a currency have decimals below 100, none from 100 on, and a short form from a million on.
Long durations are in hours and minutes, unless the number of decimals is set. Other numbers that
are not whole are shown with three digits. The minus sign is U+2212.
`assets/board/chart/numbers.js` formats the same numbers in the browser.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from babel import Locale
from babel.numbers import format_compact_decimal, format_currency, get_currency_precision

from dashapp.domain import durations
from dashapp.domain.language import current_language, say

Number = int | float | Decimal
Kind = Literal["plain", "currency", "share", "percent", "bytes", "duration", "unit"]
NO_VALUE = "–"
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)
_KINDS: dict[str | None, Kind] = {
    None: "plain",
    "percent": "share",
    "%": "percent",
    "bytes": "bytes",
}
_FEW = 100  # amounts below this have decimals
_MILLION = 1_000_000
_COMPACT = 10_000  # ticks above are short
_DIGITS = 3  # of numbers that are not whole
_MOST_PLACES = 6
_TENTH = 0.001  # a tenth of a percent, the smallest part that is shown
_LARGE_CHANGE = 10  # 1,000 percent: from here on without decimals
_SIZES = ("B", "kB", "MB", "GB", "TB", "PB", "EB")
_MINUS = "−"


class Format(NamedTuple):
    """How the numbers of one unit are written; `widgets/look.py` lists the units."""

    unit: str | None = None
    decimals: int | None = None

    @property
    def kind(self) -> Kind:
        if self.unit in _KINDS:
            return _KINDS[self.unit]
        if self.unit in durations.UNITS and self.decimals is None:
            return "duration"
        return "currency" if _CODE.fullmatch(self.unit or "") else "unit"

    @property
    def is_share(self) -> bool:
        """Whether numbers are percentages: they change by percentage points."""
        return self.kind in {"share", "percent"}

    @property
    def suffix(self) -> str:
        """The unit after a number, with its space."""
        return f" {say(self.unit or '')}" if self.kind in {"unit", "duration"} else ""

    def text(self, value: Number | None) -> str:
        """Format a number for a panel."""
        if value is None:
            return NO_VALUE
        if self.kind == "currency" and size_of(value) >= _MILLION and self.decimals is None:
            return self.short(value)
        if self._is_long(value):
            return _minus(value) + durations.text_of(float(size_of(value)), self.unit or "")
        return self._signed(value, self._places(size_of(value)))

    def full(self, value: Number | None) -> str:
        """Format a number with all its decimals, at most six."""
        if value is None or self.kind in {"share", "bytes"}:
            return self.text(value)
        least = _minor(self.unit) if self.kind == "currency" else 0
        return self._signed(value, max(least, _places_of(value)))

    def short(self, value: Number | None) -> str:
        """Format a number in few letters: `€1.2B`, `12.3K`."""
        if value is not None and self._is_long(value):
            return _minus(value) + durations.short_of(float(size_of(value)), self.unit or "")
        if value is None or self.is_share or self.kind == "bytes" or size_of(value) < 1000:  # noqa: PLR2004
            return self.text(value)
        return self._wrapped(value, _compact(float(f"{size_of(value):.4g}")))

    def ticks(self, values: Sequence[float], step: float) -> list[str]:
        """Format the values of an axis, in rising order. `ms` is only at the highest."""
        if self._is_long(values[-1]):
            unit = self.unit or ""
            return [_minus(at) + durations.text_of(abs(at), unit) if at else "0" for at in values]
        highest, has_suffix = values[-1], bool(self.suffix)
        largest = max(map(abs, values))
        return [
            self.tick(at, step, has_unit=not has_suffix or at == highest, largest=largest)
            for at in values
        ]

    def tick(
        self, value: float, step: float, *, has_unit: bool = True, largest: float | None = None
    ) -> str:
        """Format a value of an axis, with as many decimals as the steps need.

        `largest` is the largest size on the axis: if it is short, all values are.
        """
        if self.kind == "bytes" or self._is_long(value):
            return self.text(value)
        if (largest or abs(value)) > _COMPACT and not self.is_share:
            text = _compact(abs(value))
            return self._wrapped(value, text) if has_unit else _minus(value) + text
        places = _step_places(step * 100 if self.kind == "share" else step)
        if self.kind == "currency" and places:
            places = max(places, _minor(self.unit))
        number = abs(value) * (100 if self.kind == "share" else 1)
        text = current_language().number(number, places)
        return self._wrapped(value, text) if has_unit else _minus(value) + text

    def difference(self, value: Number, previous: Number) -> float:
        """Return the change, or 0 if it is too small to be shown."""
        change = float(value) - float(previous)
        if self.is_share:
            tenth = _TENTH if self.kind == "share" else 100 * _TENTH
            return round(change / tenth) * tenth
        is_small = previous > 0 and abs(change) < float(previous) * _TENTH / 2
        return 0 if is_small else change

    def change(self, difference: float, previous: Number) -> str:
        """Format a change: `+8.2%`, or `+0.6 pp` for percentages, or `no change`.

        If a number is below zero, or the previous one is zero, the difference itself: `+5`.
        """
        if not difference:
            return say("no change")
        sign = "+" if difference > 0 else _MINUS
        if self.is_share:
            return sign + self.points(difference)
        language = current_language()
        if previous <= 0 or float(previous) + difference < 0:
            return sign + self.text(abs(difference))
        share = abs(difference) / float(previous)
        return sign + language.percent(share, 0 if share >= _LARGE_CHANGE else 1)

    def points(self, difference: float) -> str:
        """Format a difference of percentages without its sign: `0.6 pp`."""
        points = abs(difference) * (100 if self.kind == "share" else 1)
        return say("%(points)s pp", points=current_language().number(points, 1))

    def for_browser(self) -> dict[str, Any]:
        """Return what numbers.js needs to format the same numbers."""
        return {
            "kind": self.kind,
            "currency": self.unit if self.kind == "currency" else None,
            "minor": _minor(self.unit) if self.kind == "currency" else 0,
            "decimals": self.decimals,
            "suffix": self.suffix,
            **({"unit": self.unit} if self.kind == "duration" else {}),
        }

    def _is_long(self, value: Number) -> bool:
        return self.kind == "duration" and durations.is_long(float(size_of(value)), self.unit or "")

    def _places(self, size: Number) -> int:
        if self.decimals is not None:
            return self.decimals
        if self.is_share:
            return 1
        if self.kind == "currency":
            minor = _minor(self.unit)
            return minor if size and round(float(size), minor) < _FEW else 0
        return _places_for_digits(size)

    def _signed(self, value: Number, places: int) -> str:
        size, language = size_of(value), current_language()
        match self.kind:
            case "bytes":
                return _minus(value) + _bytes(float(size), self.decimals)
            case "share":
                return _minus(value) + _share(float(size), places)
            case "percent":
                return _minus(value) + _share(float(size) / 100, places)
            case _:
                return self._wrapped(value, language.number(size, places))  # type: ignore[arg-type]

    def _wrapped(self, value: Number, text: str) -> str:
        """Add the sign and the unit to a number."""
        if self.kind == "currency":
            before, after = _around(current_language().locale, self.unit or "")
            return f"{_minus(value)}{before}{text}{after}"
        percent = current_language().percent_sign if self.is_share else ""
        return f"{_minus(value)}{text}{percent}{self.suffix}"


def size_of(value: Number) -> Number:
    """Return a number without its sign."""
    return -value if value < 0 else value


def _minus(value: Number) -> str:
    return _MINUS if value < 0 else ""


def _share(size: float, places: int) -> str:
    """Format a share, never rounded up to 100% or down to 0%: 9,999 of 10,000 is 99.9%."""
    smallest = 10.0 ** -(places + 2)
    language = current_language()
    if 0 < size < smallest / 2:
        return f"<{language.percent(smallest, places)}"
    return language.percent(min(size, 1 - smallest) if size < 1 else size, places)


def _bytes(size: float, decimals: int | None) -> str:
    """Format bytes in the unit of thousands that leaves at most three digits."""
    power = 0
    while size >= 999.5 and power < len(_SIZES) - 1:  # noqa: PLR2004 - would be rounded to 1,000
        size, power = size / 1000, power + 1
    places = _places_for_digits(size) if decimals is None else decimals
    return f"{current_language().number(size, places if power else 0)} {_SIZES[power]}"


def _places_for_digits(size: Number) -> int:
    """How many decimals a number has that is rounded to three digits; none for large numbers."""
    if size >= _FEW or size == int(size):
        return 0
    return _places_of(float(f"{size:.{_DIGITS}g}"))


def _places_of(value: Number) -> int:
    """How many decimals a number has, at most six."""
    _, _, decimals = f"{round(Decimal(str(value)), _MOST_PLACES):f}".partition(".")
    return len(decimals.rstrip("0"))


def _step_places(step: float) -> int:
    return _places_of(float(f"{step:.6g}"))


def _compact(size: float) -> str:
    """The short form of the language, grouped where it has more than three digits."""
    language = current_language()
    text = str(format_compact_decimal(size, locale=language.locale, fraction_digits=1))
    return re.sub(r"\d{4,}", lambda digits: language.number(int(digits[0])), text)


@lru_cache(maxsize=256)
def _minor(code: str | None) -> int:
    return int(get_currency_precision(code or ""))


@lru_cache(maxsize=256)
def _around(locale: Locale, code: str) -> tuple[str, str]:
    """What a language puts before and after an amount; letters are set apart by a space."""
    text = format_currency(0, code, locale=locale, currency_digits=False, format_type="standard")
    before, after = re.split(r"\d[\d.,]*", text, maxsplit=1)
    space = "\u00a0" if before[-1:].isalpha() else ""
    return before + space, after
