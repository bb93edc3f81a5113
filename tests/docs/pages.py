"""The documentation as data: its pages, their code blocks, links, headings, and inline code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
CLIENT = ROOT / "clients/python"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), CLIENT / "README.md"]
ALL = [*PAGES, ROOT / "CHANGELOG.md"]
RUNNABLE = frozenset({"sh", "bash", "console", "python", "sql"})
_FENCE = re.compile(
    r"(?:<!-- not run: (?P<reason>[^\n]*?) ?-->\n)?"
    r"^```(?P<language>\S*)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


class Block(NamedTuple):
    """A fenced code block. `about` is the paragraph above it, `reason` why it is not run."""

    page: str
    line: int
    section: str
    about: str
    language: str
    text: str
    reason: str | None

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(text: str, page: str = "page.md") -> list[Block]:
    """The code blocks of a page, in order."""
    found = []
    for match in _FENCE.finditer(text):
        before = text[: match.start()]
        headings = re.findall(r"^#+ (.*)$", without_code(before), re.MULTILINE)
        found.append(
            Block(
                page,
                before.count("\n") + 1,
                headings[-1] if headings else "",
                before.strip().rpartition("\n\n")[2],
                match["language"],
                match["text"],
                match["reason"],
            )
        )
    return found


def all_blocks() -> Iterator[Block]:
    for path in PAGES:
        yield from blocks_of(path.read_text(), name_of(path))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def example(language: str, part: str = "") -> str:
    """The first block in this language that contains this part, of the pages about embedding."""
    pages = (ROOT / "docs/embed.md", ROOT / "docs/reference/embedding.md")
    blocks = [block for page in pages for block in blocks_of(page.read_text())]
    return next(one.text for one in blocks if one.language == language and part in one.text)


def without_code(text: str) -> str:
    return _FENCE.sub("", text)


def inline_code(text: str) -> list[str]:
    return _INLINE.findall(without_code(text))


def links_of(text: str) -> list[str]:
    return _LINK.findall(_INLINE.sub("", without_code(text)))


def anchors_of(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", without_code(text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
