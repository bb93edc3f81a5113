"""Links, paths, settings, and commands in the docs exist, and the reference is complete."""

import importlib
import re
import shlex
from pathlib import Path
from typing import get_args

import click
import pytest

import dashapp.queries.own
import dashapp.widgets
from dashapp.cli import main
from dashapp.domain.boards.spec import BoardSpec, FieldSpec, Measure, MetricSpec, PanelSpec, Show
from dashapp.web.access.security_log import Event
from dashapp.web.api import openapi
from tests.docs.pages import ALL, ROOT, anchors_of, blocks_of, inline_code, links_of, name_of
from tests.panels import built_in

REFERENCE = ROOT / "docs" / "reference"
_PATH = re.compile(r"(?:dashapp|tests|assets|migrations|examples|benchmarks|docs)/[a-z0-9_./-]+")
_MODULE = re.compile(r"dashapp(?:\.[a-z_]+)+")
_PAGE = re.compile(r"\bdocs/[a-z0-9_/-]+\.md")
_SETTING = re.compile(r"DASHAPP_[A-Z_]+")


def dead_links(text: str, folder: Path) -> list[str]:
    return [link for link in links_of(text) if not is_alive(link, text, folder)]


def is_alive(link: str, text: str, folder: Path) -> bool:
    if "://" in link:
        return True
    name, _, anchor = link.partition("#")
    target = (folder / name).resolve()
    if not target.exists():
        return False
    if not anchor:
        return True
    return anchor in anchors_of(target.read_text() if name else text)


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_link_leads_somewhere(page):
    assert dead_links(page.read_text(), page.parent) == []


@pytest.mark.parametrize("link", ["no-page.md", "#no-heading", "send-events.md#no-heading"])
def test_a_dead_link_is_found(link):
    text = f"# Heading\n\n[alive](#heading), [dead]({link})\n"

    assert dead_links(text, ROOT / "docs") == [link]


def created_by_examples() -> set[str]:
    blocks = blocks_of((ROOT / "docs" / "contributing.md").read_text())
    return {path for one in blocks for path in re.findall(r"`([\w./]+/[\w./]+)`", one.about)}


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_file_that_a_page_names_exists(page):
    named = {code for code in inline_code(page.read_text()) if _PATH.fullmatch(code)}

    missing = [path for path in named - created_by_examples() if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_module_that_a_page_names_exists(page):
    for code in inline_code(page.read_text()):
        if _MODULE.fullmatch(code):
            importlib.import_module(code)


def sources() -> list[Path]:
    """The files of the repository that are not documentation."""
    folders = ("dashapp", "assets", "tests", "benchmarks", "examples")
    files = [path for name in folders for path in (ROOT / name).rglob("*.*")]
    is_ours = re.compile(r"\.(py|js|css|html|toml|md)$")
    left_out = re.compile(r"node_modules|__pycache__|\.min\.|tests/docs/")
    named = [path for path in files if is_ours.search(path.name) and not left_out.search(str(path))]
    return [*named, ROOT / "Makefile", ROOT / "pyproject.toml"]


def test_no_file_names_a_page_that_does_not_exist():
    named = {
        (name_of(file), page) for file in sources() for page in _PAGE.findall(file.read_text())
    }

    assert len(named) >= 8
    assert [(file, page) for file, page in named if not (ROOT / page).exists()] == []


def _code_of_settings() -> str:
    return "".join(path.read_text() for path in (ROOT / "dashapp" / "settings").glob("*.py"))


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_setting_that_a_page_names_exists(page):
    code = _code_of_settings()

    assert {name for name in _SETTING.findall(page.read_text()) if name not in code} == set()


def test_the_reference_has_every_setting():
    named = set(_SETTING.findall(_code_of_settings()))

    assert named - set(_SETTING.findall((REFERENCE / "settings.md").read_text())) == set()


def command_of(words: list[str]) -> click.Command:
    """The command that these words start with. Raises KeyError if there is none."""
    command: click.Command = main
    for word in words:
        more: dict[str, click.Command] = getattr(command, "words", {})  # of `dashapp import`
        if word in more:
            command = more[word]
        elif isinstance(command, click.Group):
            command = command.commands[word]
    return command


def faults_of(code: str) -> list[str]:
    """What is wrong with a command in a sentence, such as `dashapp org add SLUG --name NAME`."""
    words = shlex.split(code)[1:]
    try:
        command = command_of([word for word in words if not word.startswith("-")])
    except KeyError as error:
        return [f"{code}: no command {error}"]
    known = {name for parameter in command.params for name in parameter.opts}
    return [f"{code}: no option {word}" for word in words if word[:2] == "--" and word not in known]


def commands_in(text: str) -> list[str]:
    """Each command in a sentence; `list|delete` is two."""
    found = []
    for code in inline_code(text):
        if code.startswith("dashapp ") and "COMMAND" not in code:
            head, _, last = code.rpartition(" ")
            found += [f"{head} {word}" for word in last.split("|")]
    return found


@pytest.mark.parametrize("page", ALL, ids=name_of)
def test_every_command_in_a_sentence_exists(page):
    faults = [fault for code in commands_in(page.read_text()) for fault in faults_of(code)]

    assert faults == []


@pytest.mark.parametrize("code", ["`dashapp org ad acme`", "`dashapp org add SLUG --nam NAME`"])
def test_a_wrong_command_in_a_sentence_is_found(code):
    assert [fault for one in commands_in(code) for fault in faults_of(one)] != []


def leaves(command: click.Command, name: str) -> list[str]:
    if not isinstance(command, click.Group):
        return [] if command.hidden else [name]
    return [
        leaf for word, one in command.commands.items() for leaf in leaves(one, f"{name} {word}")
    ]


def test_the_reference_has_every_command():
    text = (REFERENCE / "cli.md").read_text()

    assert [name for name in leaves(main, "dashapp") if f"| `{name}" not in text] == []


def test_the_reference_has_every_event_of_the_security_log():
    table = (REFERENCE / "logs.md").read_text().partition("| `event` | meaning |")[2]

    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [*Event]


def test_the_reference_has_the_reasons_of_the_security_log():
    table = (REFERENCE / "logs.md").read_text().partition("| `event` | meaning |")[2]
    rows = dict(re.findall(r"^\| `(\w+)` \|(.*)$", table, re.MULTILINE))
    code = "".join(file.read_text() for file in (ROOT / "dashapp").rglob("*.py"))
    reasons = re.findall(r'record\(\s*Event\.(\w+), "(\w+)"', code)
    reasons += [("ACCESS_REFUSED", each) for each in re.findall(r'no_such_page\("(\w+)"', code)]

    assert len(reasons) > 30
    assert {each for each in reasons if f"`{each[1]}`" not in rows[Event[each[0]]]} == set()


def test_the_reference_has_every_endpoint():
    text = (REFERENCE / "api.md").read_text()
    paths = [re.sub(r"{dashboard}", "SLUG", path).replace("{widget}", "WIDGET") for path in openapi.document()["paths"]]  # fmt: skip

    assert [path for path in paths if path not in text] == []


def test_the_reference_has_every_panel():
    text = (REFERENCE / "widgets.md").read_text()
    slugs = [offered.widget.slug for offered in built_in().offered()]

    assert len(slugs) >= 12
    assert [slug for slug in slugs if f"| `{slug}` |" not in text] == []


KEYS_OF = {"Metrics": MetricSpec, "Panels": PanelSpec, "Fields": FieldSpec, "Boards": BoardSpec}


@pytest.mark.parametrize("section", KEYS_OF)
def test_the_reference_has_every_key_of_board_files(section):
    text = (REFERENCE / "board-files.md").read_text()
    table = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if line[:1] == "|")

    keys = KEYS_OF[section].__struct_fields__
    assert [key for key in keys if f"`{key}`" not in first_cells] == []


@pytest.mark.parametrize("kind", [Measure, Show])
def test_the_guide_has_every_measure_and_drawing(kind):
    text = (ROOT / "docs" / "build-dashboards.md").read_text()
    cells = " ".join(line.split("|")[1] for line in text.splitlines() if line[:1] == "|")

    assert [word for word in get_args(kind) if f"`{word}`" not in cells] == []


@pytest.mark.parametrize("name", [*dashapp.widgets.__all__, *dashapp.queries.own.__all__])
def test_the_reference_has_every_name_for_authors(name):
    text = (REFERENCE / "widgets.md").read_text()

    assert name == "_" or re.search(rf"`[^`]*\b{name}\b", text)
