"""Texts of a board file: one text, or one per language with `en` among them."""

import re
from typing import Any

from dashapp.domain.boards.definitions import Texts
from dashapp.domain.boards.reading.faults import Faults, Path
from dashapp.domain.boards.spec import Text
from dashapp.domain.language import is_language_tag

MAX_TITLE = 200
MAX_TEXT = 2_000
_ENGLISH = "en"
_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
_SAFE_LINK = re.compile(r"https://[^\s]+|mailto:[^\s@]+@[^\s@]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def read_text(value: Text, path: Path, faults: Faults, most: int = MAX_TITLE) -> Texts:
    """Return a text by language; its faults are added."""
    texts: dict[str, str] = {_ENGLISH: value} if isinstance(value, str) else dict(value)
    if _ENGLISH not in texts:
        faults.add(path, 'A table of languages must have "en".')
    for tag, text in texts.items():
        place = path if isinstance(value, str) else (*path, tag)
        if not is_language_tag(tag):
            faults.add(place, f'"{tag}" is not a language tag such as es or pt-BR.')
        if not text.strip() or len(text) > most or _CONTROL.search(text):
            faults.add(place, f"A text has 1 to {most:,} characters and no control characters.")
    return texts


def read_names(table: dict[str, Text], path: Path, faults: Faults) -> dict[str, Texts]:
    return {name: read_text(text, (*path, name), faults) for name, text in table.items()}


def check_links(texts: Texts, path: Path, faults: Faults) -> None:
    """Add a fault for every link that is not https or mailto."""
    for text in texts.values():
        for target in _LINK.findall(text):
            if not _SAFE_LINK.fullmatch(target):
                faults.add(path, f'The link "{target[:60]}" must start with https:// or mailto:.')


def read_translations(table: dict[str, Any], faults: Faults) -> dict[str, Texts]:
    """Return the `[texts.LANGUAGE]` tables."""
    translations: dict[str, Texts] = {}
    for tag, texts in table.items():
        if not is_language_tag(tag) or tag == _ENGLISH:
            faults.add(("texts", tag), f'"{tag}" is not a language tag such as es or pt-BR.')
        elif not isinstance(texts, dict) or not all(isinstance(t, str) for t in texts.values()):
            faults.add(("texts", tag), 'Translations are written as "Text" = "Translation".')
        else:
            translations[tag] = texts
    return translations
