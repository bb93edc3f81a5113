"""The docs are plain American English, and every data example can be parsed."""

import json
import re
import tomllib

import pytest

from tests.docs.pages import ALL, PAGES, all_blocks, name_of, without_code

# British spellings, archaisms, and words that the glossary replaces.
AVOIDED = (
    r"colour|organisation|catalogue|licence|behaviour|per cent|anew|beside|whoever|somebody"
    r"|for ever(?!y)|of one's own|hereby|thereof|upon|amongst|whilst|tenant|workspace"
)
_WIDTH = 110
_PARSERS = {"json": json.loads, "toml": tomllib.loads}


def avoided_in(text: str) -> list[str]:
    return re.findall(rf"\b(?:{AVOIDED})\w*", without_code(text), re.IGNORECASE)


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_a_page_is_plain_american_english(page):
    assert avoided_in(page.read_text()) == []


def test_an_avoided_word_is_found():
    assert avoided_in("The colour is asked anew.") == ["colour", "anew"]


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_lines_outside_tables_are_short(page):
    lines = enumerate(page.read_text().splitlines(), 1)

    assert [n for n, line in lines if len(line) > _WIDTH and not line.startswith("|")] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_headings_are_in_sentence_case(page):
    headings = re.findall(r"^#+ (?:\d+\. )?(.*)$", without_code(page.read_text()), re.MULTILINE)
    words = [word for heading in headings for word in heading.split()[1:]]
    names = r"(?:HTTP|API|SQLite|PostgreSQL|Python|Plotly|Dash|URL|SQL|UTC|Citus|CSS|JSON|TOML|Prometheus)"

    assert [word for word in words if word[0].isupper() and not re.match(names, word)] == []


def test_every_data_example_can_be_parsed():
    examples = [block for block in all_blocks() if block.language in _PARSERS]

    assert len(examples) >= 7
    for block in examples:
        _PARSERS[block.language](block.text)
