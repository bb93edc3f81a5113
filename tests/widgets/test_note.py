"""A note has bold text and links, and nothing else."""

import pytest

from dashapp.widgets import note
from tests.widgets.painting import elements, paint, text, tree


def drawn(source):
    return tree(paint(note(source), []))


def test_paragraphs_bold_text_and_links():
    first, second = drawn("**Late** is late.\n\nSee [how](https://example.com/a?b=1) or [us](mailto:a@b.c).")  # fmt: skip

    assert first == ["p", {}, [["strong", {}, ["Late"]], " is late."]]
    assert text(second) == "See how or us."
    assert [link[1]["href"] for link in elements([second], "a")] == [
        "https://example.com/a?b=1", "mailto:a@b.c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "<b>bold</b> & <script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](http://example.com)",
        "[x](//example.com)",
        "**open",
        "[no](link",
        "# title and - list and `code`",
    ],
)
def test_everything_else_is_text(source):
    assert drawn(source) == [["p", {}, [source]]]


def test_links_can_be_bold_and_open_without_a_reference():
    (link,) = elements(drawn("[**Here**](https://example.com)"), "a")

    assert link[2] == [["strong", {}, ["Here"]]]
    assert link[1]["rel"] == "noopener noreferrer"


def test_a_note_is_never_empty():
    assert not note("x").is_empty([])
