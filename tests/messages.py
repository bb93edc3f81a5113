"""What is to be translated, collected from code and templates, and what is: `make messages`."""

import tomllib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dashapp.domain.language import LANGUAGES
from dashapp.settings import resource

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {"_": None, "say": None}
_WIDTH = 100
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)  # not the moment: running it again changes nothing


def wanted() -> dict[str, str]:
    """Every text that is marked, and where it stands."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(rule["pattern"], rule["method"]) for rule in rules]
    found = extract_from_dir(str(ROOT), methods, keywords=KEYWORDS, options_map={})
    return {text: f"{path}:{line}" for path, line, text, _comments, _context in found}


def po(tag: str) -> Path:
    return resource("locale") / tag.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def mo(tag: str) -> Path:
    return po(tag).with_suffix(".mo")


def catalog(tag: str) -> Catalog:
    """A language's catalogue as it is kept."""
    if not po(tag).exists():
        return Catalog(tag.replace("-", "_"))
    with po(tag).open("rb") as file:
        return read_po(file, locale=tag.replace("-", "_"))


def compiled(tag: str) -> bytes:
    """What the server reads, made of the catalogue."""
    out = BytesIO()
    write_mo(out, catalog(tag))
    return out.getvalue()


def is_key(text: str) -> bool:
    """Whether a text is a name for something, and nothing to read: `conversations_dashboard.title`."""
    return " " not in text and "." in text and text.islower()


def update() -> None:
    """Bring every catalogue to what is wanted, and compile it; says what is to be translated."""
    texts = wanted()
    for tag in LANGUAGES:
        kept = catalog(tag)
        made = Catalog(
            tag.replace("-", "_"),
            project="dashapp",
            version="1",
            msgid_bugs_address=".",
            last_translator="dashapp",
            language_team=LANGUAGES[tag],
            fuzzy=False,
            charset="utf-8",
            creation_date=_WRITTEN,
            revision_date=_WRITTEN,
            header_comment=f"# {LANGUAGES[tag]}: run `make messages` after a change.",
        )
        for text in sorted(texts):
            known = kept.get(text)
            made.add(text, known.string if known else "")
            if tag != "en" and not (known and known.string):
                print(f"{tag}: to be translated: {text!r} ({texts[text]})")  # noqa: T201
        po(tag).parent.mkdir(parents=True, exist_ok=True)
        with po(tag).open("wb") as file:
            write_po(file, made, width=_WIDTH)
        mo(tag).write_bytes(compiled(tag))


if __name__ == "__main__":
    update()
