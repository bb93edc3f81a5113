"""Every text that a person can see is translated, whole, and nothing else is kept."""

import ast
import re
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest

import dashapp
from dashapp.domain.language import LANGUAGES
from dashapp.settings import resource
from tests import messages

PACKAGE = Path(dashapp.__file__).parent
OTHERS = [tag for tag in LANGUAGES if tag != "en"]
VALUE = re.compile(r"%\((\w+)\)s")


def untranslated(tag: str, wanted) -> list[str]:
    kept = messages.catalog(tag)
    needed = [text for text in wanted if tag != "en" or messages.is_key(text)]
    return [text for text in needed if not (kept.get(text) and kept.get(text).string)]


def unused(tag: str, wanted) -> list[str]:
    return [
        message.id for message in messages.catalog(tag) if message.id and message.id not in wanted
    ]


@pytest.fixture(scope="module")
def wanted():
    return messages.wanted()


def test_texts_are_found_in_code_and_in_pages(wanted):
    assert {"Number of Validations", "Last 7 days", "Sign in", "vs %(range)s"} <= set(wanted)
    assert wanted["conversations_dashboard.title"].startswith(
        "dashapp/dashboards/conversations.py:"
    )
    assert len(wanted) > 150


@pytest.mark.parametrize("tag", LANGUAGES)
def test_everything_is_translated(tag, wanted):
    assert untranslated(tag, wanted) == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_nothing_is_kept_that_is_not_used(tag, wanted):
    assert unused(tag, wanted) == []


def test_a_text_that_nobody_translated_and_one_that_nobody_uses_are_noticed(wanted):
    """The planted faults."""
    more = {**wanted, "A new text": "x.py:1", "new_dashboard.title": "x.py:2"}
    fewer = {text: where for text, where in wanted.items() if text != "Sign in"}

    assert untranslated("es", more) == ["A new text", "new_dashboard.title"]
    assert untranslated("en", more) == ["new_dashboard.title"]
    assert unused("pt-BR", fewer) == ["Sign in"]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_is_filled_in_is_the_same_in_every_language(tag):
    for message in messages.catalog(tag):
        if message.id and message.string:
            assert sorted(VALUE.findall(message.string)) == sorted(VALUE.findall(message.id))
            if VALUE.search(message.id):  # what is filled in has no other sign to fill
                assert "%" not in VALUE.sub("", message.string), message.id
            assert not message.fuzzy


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_server_reads_what_the_catalogue_says(tag):
    """`make messages` was run after the last change."""
    with messages.mo(tag).open("rb") as file:
        served = GNUTranslations(file)._catalog
    made = GNUTranslations(BytesIO(messages.compiled(tag)))._catalog

    assert {k: v for k, v in served.items() if k} == {k: v for k, v in made.items() if k}


@pytest.mark.parametrize("tag", OTHERS)
def test_a_language_is_no_copy_of_english(tag):
    same = {m.id for m in messages.catalog(tag) if m.id and m.string == m.id}

    assert same <= {"API", "Web", "%(day)s %(short_month)s", "Total"}


def spoken() -> list[tuple[Path, ast.Call]]:
    files = (path for path in sorted(PACKAGE.rglob("*.py")))
    return [
        (path, node)
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
    ]


def test_text_is_never_put_together_before_it_is_translated():
    """`say(f"…")` could not be found by whoever collects the texts."""
    for path, call in spoken():
        assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp), (
            path,
            call.lineno,
        )
    assert len(spoken()) > 60


# What scripts say: `word("x")`, `words.x`, the list of shortcuts, the menu of a panel.
WORD = re.compile(
    r'\bword\("(\w+)"\)|\bwords\.(\w+)|\["[^"]+", "(key\w+)"\]|\["(\w+)", (?:\w+\]|function )'
)


def said_by_scripts() -> set[str]:
    files = (path for path in resource("assets").glob("*.js") if ".min." not in path.name)
    found = (WORD.findall(path.read_text()) for path in files)
    return {name for names in found for groups in names for name in groups if name}


def test_scripts_say_the_words_of_the_page_and_all_of_them():
    """Otherwise one of them says “undefined”, or a text is translated for nobody."""
    from dashapp.web.pages.chrome import words

    assert said_by_scripts() == set(words())
    assert len(words()) > 35


# Told to programs and operators only: the API, sending, the command line.
FOR_PROGRAMS = {
    "cli", "client", "store", "dashboards/provision.py", "dashboards/templates.py",
    "dashboards/defaults.py", "domain/events/batches.py", "domain/events/event.py", "domain/files",
    "domain/secrets/sealing.py", "domain/access/embed.py", "domain/access/theme.py", "domain/secrets/tokens.py", "domain/metrics/tallies.py",
    "queries", "settings.py", "web/api/dashboards.py", "web/api/events.py", "web/pages/embed.py", "web/access/embed_tokens.py", "web/api/parameters.py", "widgets",
}  # fmt: skip
ERRORS = {"NotFound", "Forbidden", "BadInput", "TooLarge", "WrongType", "Conflict", "Unavailable",
          "TooMany", "Unauthorized"}  # fmt: skip


def unmarked(path: Path) -> list[int]:
    """Lines that raise an error whose text is written there, and not marked."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ERRORS
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    ]


def test_an_error_that_people_see_is_marked_for_translation():
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if not any(where.startswith(part) for part in FOR_PROGRAMS):
            assert unmarked(path) == [], where


def test_an_error_that_is_not_marked_is_noticed():
    assert unmarked(PACKAGE / "web" / "api.py") != []
