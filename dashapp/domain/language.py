"""The language that somebody reads, and how numbers and times are written in it.

Text is written in English where it is needed and marked with `_`; `say` translates it where it is
shown. Text that is stored is a key. Whose language it is, `web/http/language.py` decides for each
request and sets here; where nobody has set one, it is English.
"""

import re
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from gettext import NullTranslations

from babel import Locale

# Those that everything is translated into, by tag, as they call themselves.
LANGUAGES = {"en": "English", "es": "Español", "pt-BR": "Português (Brasil)"}
DEFAULT_LANGUAGE = "en"
_SMALLEST = 0.001  # a share that one decimal of a per cent can show
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_MAX_TAG = 35  # RFC 5646, 4.4.1


def _(text: str) -> str:
    """Marks text for translation where it is written; it is translated where it is shown."""
    return text


def is_language_tag(text: str) -> bool:
    """Whether it has the form of a language tag such as `es-MX` (RFC 4647, 2.1)."""
    return len(text) <= _MAX_TAG and _TAG.fullmatch(text) is not None


def closest_language(tag: str) -> str | None:
    """The tag of LANGUAGES closest to this one (lookup, RFC 4647, 3.4); None where none is.

    A language that there is in another country only is close enough: `pt-PT` finds `pt-BR`.
    """
    known = {one.lower(): one for one in LANGUAGES}
    parts = tag.lower().split("-")
    for length in range(len(parts), 0, -1):
        found = known.get("-".join(parts[:length]))
        if found is not None:
            return found
    return next((one for one in LANGUAGES if one.partition("-")[0] == parts[0]), None)


class Language:
    """One of LANGUAGES, and its translations."""

    def __init__(self, tag: str, translations: NullTranslations | None = None) -> None:
        self.tag = tag
        self._translations = translations or NullTranslations()

    def text(self, text: str, /, **values: object) -> str:
        """The translation, with `%(name)s` filled in; the text itself where there is none."""
        found = self._translations.gettext(text) if text else ""
        return found % values if values else found

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.tag, sep="-")

    @cached_property
    def decimal_sign(self) -> str:
        return str(self.locale.number_symbols["latn"]["decimal"])

    @cached_property
    def group_sign(self) -> str:
        return str(self.locale.number_symbols["latn"]["group"])

    @cached_property
    def per_cent_sign(self) -> str:
        """With the space that stands before it in some languages."""
        return str(self.locale.percent_formats[None].suffix[0])

    @cached_property
    def months(self) -> dict[int, str]:
        """By their number, 1 to 12."""
        return dict(self.locale.months["format"]["wide"])

    @cached_property
    def short_months(self) -> dict[int, str]:
        found = self.locale.months["format"]["abbreviated"]
        return {number: name.rstrip(".") for number, name in found.items()}

    @cached_property
    def short_weekdays(self) -> dict[int, str]:
        """By their number, Monday is 0."""
        found = self.locale.days["format"]["abbreviated"]
        return {number: name.rstrip(".") for number, name in found.items()}

    @cached_property
    def _signs(self) -> dict[int, str]:
        return str.maketrans({",": self.group_sign, ".": self.decimal_sign})

    def number(self, number: float, places: int = 0) -> str:
        """`12,418` or `97.4`, as it is written there."""
        return f"{number:,.{places}f}".translate(self._signs)

    def per_cent(self, share: float, places: int) -> str:
        """`97.4%` of a share from 0 to 1, as it is written there."""
        return self.number(100 * share, places) + self.per_cent_sign

    def part(self, share: float) -> str:
        """`8.7%` of a share, one decimal; what is not nothing is never shown as 0.0%."""
        if 0 < share < _SMALLEST / 2:
            return f"<{self.per_cent(_SMALLEST, 1)}"
        return self.per_cent(share, 1)


ENGLISH = Language(DEFAULT_LANGUAGE)
_current: ContextVar[Language] = ContextVar("dashapp_language", default=ENGLISH)


def current_language() -> Language:
    """The language of this request."""
    return _current.get()


def set_current_language(language: Language | None) -> None:
    """None is English."""
    _current.set(language or ENGLISH)


def say(text: str, /, **values: object) -> str:
    """Text in the language of this request, with `%(name)s` filled in."""
    return _current.get().text(text, **values)


def say_number(number: float, places: int = 0) -> str:
    return _current.get().number(number, places)


def say_day(local: datetime) -> str:
    """`13 November`."""
    return say("%(day)s %(month)s", day=local.day, month=current_language().months[local.month])


def say_date(local: datetime) -> str:
    """`13 November 2026`."""
    month = current_language().months[local.month]
    return say("%(day)s %(month)s %(year)s", day=local.day, month=month, year=local.year)


def say_weekday(local: datetime) -> str:
    """`Fri`."""
    return current_language().short_weekdays[local.weekday()]
