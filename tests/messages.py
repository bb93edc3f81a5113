"""Collects texts from code and templates, and compiles the catalogs: `make messages`."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import reduce
from io import BytesIO
from pathlib import Path as FilePath
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dashapp.domain.boards.reading.faults import Path
from dashapp.domain.boards.reading.lines import line_of
from dashapp.domain.language import LANGUAGES
from dashapp.settings import resource

ROOT = FilePath(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "say": None}
_WIDTH = 100
_DATE = datetime(2026, 1, 1, tzinfo=UTC)  # fixed, so that running it again changes nothing


def marked_texts() -> dict[str, str]:
    """Return every text marked for translation, with its file and line."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(rule["pattern"], rule["method"]) for rule in rules]
    messages = extract_from_dir(str(ROOT), methods, keywords=KEYWORDS, options_map={})
    return {text: f"{path}:{line}" for path, line, text, _comments, _context in messages}


def board_texts(file: BinaryIO, _keywords, _tags, options) -> Iterator[tuple]:
    """Yield the titles and texts of a board file, with their lines."""
    text = file.read().decode()
    for path in _shown(tomllib.loads(text), ()):
        value = reduce(lambda tree, part: tree[part], path, tomllib.loads(text))
        yield line_of(text, path), None, value, ()


def _shown(tree: Any, path: Path) -> Iterator[Path]:
    """Yield the paths of texts that users see."""
    parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for part, value in parts:
        if isinstance(value, dict | list):
            yield from _shown(value, (*path, part))
        elif part == "title" or "names" in path or (part == "text" and "panels" in path):
            yield (*path, part)


def po(tag: str) -> FilePath:
    return resource("locale") / tag.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def mo(tag: str) -> FilePath:
    return po(tag).with_suffix(".mo")


def catalog(tag: str) -> Catalog:
    """Return a language's saved catalog."""
    if not po(tag).exists():
        return Catalog(tag.replace("-", "_"))
    with po(tag).open("rb") as file:
        return read_po(file, locale=tag.replace("-", "_"))


def compiled(tag: str) -> bytes:
    """Return the compiled catalog that the server reads."""
    out = BytesIO()
    write_mo(out, catalog(tag))
    return out.getvalue()


def is_key(text: str) -> bool:
    """Return whether a text is a key and not English text: `conversations_dashboard.title`."""
    return " " not in text and "." in text and text.islower()


def update() -> None:
    """Update and compile every catalog; print the texts that need a translation."""
    texts = marked_texts()
    for tag in LANGUAGES:
        saved = catalog(tag)
        updated = Catalog(
            tag.replace("-", "_"),
            project="dashapp",
            version="1",
            msgid_bugs_address=".",
            last_translator="dashapp",
            language_team=LANGUAGES[tag],
            fuzzy=False,
            charset="utf-8",
            creation_date=_DATE,
            revision_date=_DATE,
            header_comment=f"# {LANGUAGES[tag]}: run `make messages` after a change.",
        )
        for text in sorted(texts):
            message = saved.get(text)
            updated.add(text, message.string if message else "")
            if tag != "en" and not (message and message.string):
                print(f"{tag}: to be translated: {text!r} ({texts[text]})")  # noqa: T201
        po(tag).parent.mkdir(parents=True, exist_ok=True)
        with po(tag).open("wb") as file:
            write_po(file, updated, width=_WIDTH)
        mo(tag).write_bytes(compiled(tag))


if __name__ == "__main__":
    update()
