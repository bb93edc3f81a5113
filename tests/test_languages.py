"""Every text that users see is fully translated, and no catalog has unused texts."""

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
TRANSLATED = [tag for tag in LANGUAGES if tag != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def untranslated(tag: str, texts) -> list[str]:
    catalog = messages.catalog(tag)
    required = [text for text in texts if tag != "en" or messages.is_key(text)]
    return [text for text in required if not (catalog.get(text) and catalog.get(text).string)]


def unused(tag: str, texts) -> list[str]:
    return [
        message.id for message in messages.catalog(tag) if message.id and message.id not in texts
    ]


@pytest.fixture(scope="module")
def marked_texts():
    return messages.marked_texts()


def test_texts_are_collected_from_code_and_templates(marked_texts):
    assert {"Number of validations", "Last 7 days", "Sign in", "vs %(range)s"} <= set(marked_texts)
    assert marked_texts["conversations_dashboard.title"].startswith(
        "dashapp/boards/conversations.toml:"
    )
    assert len(marked_texts) > 150


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_text_is_translated(tag, marked_texts):
    assert untranslated(tag, marked_texts) == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_catalogs_have_no_unused_texts(tag, marked_texts):
    assert unused(tag, marked_texts) == []


def test_untranslated_and_unused_texts_are_reported(marked_texts):
    """Planted faults that the two checks must report."""
    more = {**marked_texts, "A new text": "x.py:1", "new_dashboard.title": "x.py:2"}
    fewer = {text: where for text, where in marked_texts.items() if text != "Sign in"}

    assert untranslated("es", more) == ["A new text", "new_dashboard.title"]
    assert untranslated("en", more) == ["new_dashboard.title"]
    assert unused("pt-BR", fewer) == ["Sign in"]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_placeholders_are_the_same_in_every_language(tag):
    for message in messages.catalog(tag):
        if message.id and message.string:
            assert sorted(PLACEHOLDER.findall(message.string)) == sorted(
                PLACEHOLDER.findall(message.id)
            )
            if PLACEHOLDER.search(message.id):  # a text with placeholders has no other percent sign
                assert "%" not in PLACEHOLDER.sub("", message.string), message.id
            assert not message.fuzzy


@pytest.mark.parametrize("tag", LANGUAGES)
def test_compiled_catalogs_are_up_to_date(tag):
    """`make messages` must run after each change."""
    with messages.mo(tag).open("rb") as file:
        served = GNUTranslations(file)._catalog
    compiled = GNUTranslations(BytesIO(messages.compiled(tag)))._catalog

    assert {k: v for k, v in served.items() if k} == {k: v for k, v in compiled.items() if k}


@pytest.mark.parametrize("tag", TRANSLATED)
def test_translations_differ_from_english(tag):
    same = {m.id for m in messages.catalog(tag) if m.id and m.string == m.id}

    assert same <= {
        "API",
        "Web",
        "%(day)s %(short_month)s",
        "Total",
        "General",
        "Roles",
        "%(panel)s: %(size)s",
    }


def say_calls() -> list[tuple[Path, ast.Call]]:
    files = (path for path in sorted(PACKAGE.rglob("*.py")))
    return [
        (path, node)
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
    ]


def test_texts_are_not_built_before_translation():
    """The collector cannot find the text of `say(f"…")`."""
    for path, call in say_calls():
        assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.IfExp), (
            path,
            call.lineno,
        )
    assert len(say_calls()) > 60


# Texts used by scripts: `word("x")`, the list of shortcuts, the menu of a panel.
SCRIPT_TEXT = re.compile(
    r'\bword\("(\w+)"[,)]|\["[^"]+", "(key\w+)"\]|\["(\w+)", (?:\w+\]|\(\) =>)'
)


def texts_used_by_scripts() -> set[str]:
    assets = resource("assets")
    folders = ("board", "embed", "pages", "palette", "picture", "present", "table", "zones")
    files = (path for name in folders for path in (assets / name).rglob("*.js"))
    matches = (SCRIPT_TEXT.findall(path.read_text()) for path in files)
    return {name for names in matches for groups in names for name in groups if name}


def test_scripts_use_exactly_the_texts_that_the_page_provides():
    """Otherwise a script shows “undefined”, or a translation is unused."""
    from dashapp.web.pages.texts.words import words

    assert texts_used_by_scripts() == set(words())
    assert len(words()) > 35


# These show errors to programs and operators only: the API, ingest, the command line.
NOT_FOR_USERS = {
    "cli", "client", "store", "dashboards/provision.py", "dashboards/templates.py",
    "dashboards/currencies.py", "dashboards/boards.py", "domain/time/months.py", "domain/boards/inline.py", "domain/events/batches.py", "domain/events/event.py", "domain/files",
    "domain/secrets/sealing.py", "domain/access/embed.py", "domain/access/theme.py", "domain/secrets/tokens.py", "domain/metrics/tallies.py",
    "queries", "settings", "web/api", "web/pages/embed.py", "web/access/embedding/tokens.py", "web/access/embedding/sessions.py", "widgets",
}  # fmt: skip
ERRORS = {"NotFound", "Forbidden", "BadInput", "TooLarge", "WrongType", "Conflict", "Unavailable",
          "TooMany", "Unauthorized"}  # fmt: skip


def unmarked(path: Path) -> list[int]:
    """Return the lines that raise an error with a literal text not marked for translation."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ERRORS
        and node.args
        and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    ]


def test_errors_that_users_see_are_marked_for_translation():
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        if not any(where.startswith(part) for part in NOT_FOR_USERS):
            assert unmarked(path) == [], where


def test_an_unmarked_error_is_reported():
    assert unmarked(PACKAGE / "web" / "api" / "dashboards.py") != []
