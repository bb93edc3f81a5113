"""The viewer's language: translation, and the format of numbers and dates.

Code contains English text marked with `_`; `say` translates it when it is shown. Stored text is a
message key. `web/http/language.py` chooses the language of each request and sets it here; the
default is English.
"""

import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property
from gettext import NullTranslations

from babel import Locale

# The supported languages: tag -> native name.
LANGUAGES = {"en": "English", "es": "Español", "pt-BR": "Português (Brasil)"}
DEFAULT_LANGUAGE = "en"
_SMALLEST = 0.001  # the smallest share that a percentage with one decimal can show
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)
_MAX_TAG = 35  # RFC 5646, 4.4.1


def _(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


def is_language_tag(text: str) -> bool:
    """Whether the text has the form of a language tag such as `es-MX` (RFC 4647, 2.1)."""
    return len(text) <= _MAX_TAG and _TAG.fullmatch(text) is not None


def closest_language(tag: str) -> str | None:
    """Return the tag in LANGUAGES that matches best (lookup, RFC 4647, 3.4), or None.

    The same language of another country also matches: `pt-PT` finds `pt-BR`.
    """
    tags = {name.lower(): name for name in LANGUAGES}
    parts = tag.lower().split("-")
    for length in range(len(parts), 0, -1):
        match = tags.get("-".join(parts[:length]))
        if match is not None:
            return match
    return next((name for name in LANGUAGES if name.partition("-")[0] == parts[0]), None)


class Language:
    """One of LANGUAGES with its translations and formats. `texts` are those of board files."""

    def __init__(
        self,
        tag: str,
        translations: NullTranslations | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self.tag = tag
        self._translations = translations or NullTranslations()
        self._texts = texts or {}

    def text(self, text: str, /, **values: object) -> str:
        """Return the translation with `%(name)s` filled in, or the text itself if there is none."""
        translation = self._texts.get(text) or (self._translations.gettext(text) if text else "")
        return translation % values if values else translation

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.tag, sep="-")

    @cached_property
    def decimal_separator(self) -> str:
        return str(self.locale.number_symbols["latn"]["decimal"])

    @cached_property
    def group_separator(self) -> str:
        return str(self.locale.number_symbols["latn"]["group"])

    @cached_property
    def percent_sign(self) -> str:
        """The percent sign, with the space that some languages put before it."""
        return str(self.locale.percent_formats[None].suffix[0])

    @cached_property
    def months(self) -> dict[int, str]:
        """Month names by number, 1 to 12."""
        return dict(self.locale.months["format"]["wide"])

    @cached_property
    def short_months(self) -> dict[int, str]:
        names = self.locale.months["format"]["abbreviated"]
        return {number: name.rstrip(".") for number, name in names.items()}

    @cached_property
    def short_weekdays(self) -> dict[int, str]:
        """Abbreviated weekday names by number; Monday is 0."""
        names = self.locale.days["format"]["abbreviated"]
        return {number: name.rstrip(".") for number, name in names.items()}

    @cached_property
    def _signs(self) -> dict[int, str]:
        return str.maketrans({",": self.group_separator, ".": self.decimal_separator})

    def number(self, number: float, places: int = 0) -> str:
        """Format a number: `12,418` or `97.4` in English."""
        return f"{number:,.{places}f}".translate(self._signs)

    def percent(self, share: float, places: int) -> str:
        """Format a share from 0 to 1 as a percentage: `97.4%` in English."""
        return self.number(100 * share, places) + self.percent_sign

    def share(self, share: float) -> str:
        """Format a share as `8.7%`, with one decimal; a share above zero never reads 0.0%."""
        if 0 < share < _SMALLEST / 2:
            return f"<{self.percent(_SMALLEST, 1)}"
        return self.percent(share, 1)


ENGLISH = Language(DEFAULT_LANGUAGE)
_current: ContextVar[Language] = ContextVar("dashapp_language", default=ENGLISH)


def current_language() -> Language:
    """The language of this request."""
    return _current.get()


def set_current_language(language: Language | None) -> None:
    """Set the language of this request; None means English."""
    _current.set(language or ENGLISH)


def say(text: str, /, **values: object) -> str:
    """Translate a text into the language of this request, with `%(name)s` filled in."""
    return _current.get().text(text, **values)


def as_inner_word(text: str) -> str:
    """Return a title as a part of a sentence: without its capital, unless it is a name like API.

    >>> as_inner_word("Country"), as_inner_word("API key")
    ('country', 'API key')
    """
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]


def say_number(number: float, places: int = 0) -> str:
    return _current.get().number(number, places)


def say_day(local: datetime) -> str:
    """`13 November`."""
    return say("%(day)s %(month)s", day=local.day, month=current_language().months[local.month])


def say_short_day(local: datetime) -> str:
    """`13 Nov`, where there is little room."""
    months = current_language().short_months
    return say("%(day)s %(month)s", day=local.day, month=months[local.month])


def say_date(local: datetime) -> str:
    """`13 November 2026`."""
    month = current_language().months[local.month]
    return say("%(day)s %(month)s %(year)s", day=local.day, month=month, year=local.year)


def say_weekday(local: datetime) -> str:
    """`Fri`."""
    return current_language().short_weekdays[local.weekday()]
