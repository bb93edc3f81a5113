"""What an installation defines: built-in boards, those of plug-ins, and applied ones."""

import sys
from importlib.metadata import EntryPoint

import pytest

from dashapp.domain.errors import ConfigurationError
from dashapp.store.boards import built_in, loading
from dashapp.store.boards.loading import (
    DefinitionsCache,
    built_in_definitions,
    definitions_of,
)
from dashapp.store.boards.stored import current_version
from tests.boards import SHOP, apply

PLUGIN = """version = 1
[metrics]
errors = { title = "Faults", events = ["machine.failed"] }
[boards.machines]
title = "Machines"
panels = [{ metric = "errors", show = "line" }]
[texts.es]
"Faults" = "Fallos"
"""


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """Install a package with a board file as a plug-in."""

    def install(text: str = PLUGIN, value: str = "machine_boards:machines.toml") -> None:
        folder = tmp_path / "machine_boards"
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").touch()
        (folder / "machines.toml").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "machine_boards", raising=False)
        entry = EntryPoint("machines", value, "dashapp.boards")
        monkeypatch.setattr(built_in, "entry_points", lambda group: [entry])
        clear()

    yield install
    monkeypatch.undo()
    clear()


def clear() -> None:
    built_in.built_in_files.cache_clear()
    loading.built_in_definitions.cache_clear()


def test_nothing_applied_means_the_built_in_boards(store):
    definitions = definitions_of(store)

    assert list(definitions.boards) == ["conversations", "findings", "operations"]
    assert (definitions.version, definitions.new_orgs) == (0, ("operations",))
    assert definitions is built_in_definitions()


def test_the_operations_board_has_its_eight_panels():
    board = built_in_definitions().boards["operations"].board

    assert [(panel.slug, panel.show, panel.by, panel.size) for panel in board.panels] == [
        ("total-validations", "number", None, "quarter"),
        ("total-errors", "number", None, "quarter"),
        ("success-rate", "number", None, "quarter"),
        ("total-warnings", "number", None, "quarter"),
        ("events-time-series", "line", None, "two-thirds"),
        ("users-time-series", "bars", "channel", "third"),
        ("runs-by-outcome", "bars", "type", "two-thirds"),
        ("warnings-by-code", "list", "properties.code", "third"),
    ]


def test_the_conversations_board_is_as_before():
    board = built_in_definitions().boards["conversations"].board

    assert board.title == {"en": "conversations_dashboard.title"}
    assert [panel.slug for panel in board.panels] == [
        "conversations.search_term",
        "conversations.product_added_to_cart",
    ]
    assert (board.is_deletable, board.has_all_projects, board.is_default) == (False, False, False)
    assert board.config == {
        "type": "conversational",
        "show_tool_result": True,
        "show_agent_invocation": True,
    }


def test_a_plug_in_is_a_built_in_board_with_its_own_metrics(store, plugin):
    plugin()
    definitions = definitions_of(store)

    assert definitions.panel("machines", "errors").vocabulary.metrics["errors"].kind.types == ("machine.failed",)  # fmt: skip
    assert definitions.boards["operations"].vocabulary.metrics["errors"].kind.types == ("finding.recorded",)  # fmt: skip
    assert definitions.translations == {"es": {"Faults": "Fallos"}}


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        (PLUGIN.replace('"line"', '"pie"'), "machine_boards:machines.toml", "The board file machine_boards:machines.toml has faults: boards.machines.panels[0].show: This must be one of"),
        (PLUGIN, "machine_boards:other.toml", "cannot be read: .* Name a file in a package: package:shop.toml"),
        (PLUGIN, "no_such_package:machines.toml", "cannot be read: No module named 'no_such_package'"),
        (PLUGIN, "machine_boards", "cannot be read"),
        (PLUGIN.replace("boards.machines", "boards.operations"), "machine_boards:machines.toml", "Two board files of plug-ins define the board “operations”"),
    ],
)  # fmt: skip
def test_a_faulty_plug_in_is_named(plugin, text, value, message):
    plugin(text, value)

    with pytest.raises(ConfigurationError, match=message.replace("[0]", r"\[0\]")):
        built_in.built_in_files()


def test_a_server_sees_a_change_after_two_seconds(store):
    clock = Clock()
    cache = DefinitionsCache(store, clock)
    before = cache.current()
    apply(store, SHOP)

    clock.seconds += 1.9
    assert cache.current() is before
    clock.seconds += 0.2
    assert "shop" in cache.current().boards


def test_a_check_without_a_change_loads_nothing(store):
    clock = Clock()
    cache = DefinitionsCache(store, clock)
    apply(store, SHOP)
    before = cache.current()

    clock.seconds += 3

    assert cache.current() is before


def test_a_server_keeps_its_definitions_while_the_database_does_not_answer(store, monkeypatch):
    clock = Clock()
    cache = DefinitionsCache(store, clock)
    before = cache.current()

    def refuse(*_args):
        raise ConfigurationError("no")

    monkeypatch.setattr(loading, "current_version", refuse)
    clock.seconds += 3

    assert cache.current() is before


def test_a_thread_does_not_wait_for_another_one_that_checks(store):
    clock = Clock()
    cache = DefinitionsCache(store, clock)
    before = cache.current()
    apply(store, SHOP)
    clock.seconds += 3

    with cache._lock:
        assert cache.current() is before
    assert "shop" in cache.current().boards


def test_the_version_is_read_without_the_definitions(store):
    apply(store, SHOP)

    with store.read_shared() as session:
        assert current_version(session) == 1
