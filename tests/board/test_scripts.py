"""The board's scripts: packed from their sources, and in step with the server."""

import re
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from dashapp.board import island, states
from dashapp.board.rates import DEFAULT_RATE, RATES
from dashapp.domain.access.view import REFRESH_RATES
from dashapp.settings import resource
from dashapp.web.pages.chrome import CARRIED
from dashapp.web.pages.texts.words import words
from tests.javascript import run_module

ASSETS = resource("assets")
IMPORT = re.compile(r'^(?:import|export|\}) ?.*?"(\.[^"]+\.js)";$', re.MULTILINE)
PACKED = {
    "board.js": "board/main.js",
    "embed-page.js": "embed/main.js",
    "embed.js": "embed/embed.js",
    "edit.js": "edit/main.js",
    "palette.js": "palette/main.js",
    "picture.js": "picture/main.js",
    "present.js": "present/main.js",
    "table.js": "table/main.js",
    "zones.js": "zones/main.js",
    "arrange.js": "pages/arrange.js",
    "passkeys.js": "pages/passkeys.js",
    "link.js": "pages/link.js",
    "settings.js": "pages/settings.js",
}


def sources_of(entry: Path) -> set[Path]:
    """Return a module and all modules that it imports."""
    sources, waiting = set(), [entry]
    while waiting:
        module = waiting.pop()
        if module not in sources:
            sources.add(module)
            names = IMPORT.findall(module.read_text())
            waiting += [(module.parent / name).resolve() for name in names]
    return sources


def banner_of(name: str, entry: str) -> str:
    """Return the first line that assets/pack.mjs writes."""
    sources = sorted(sources_of((ASSETS / entry).resolve()), key=lambda path: path.as_posix())
    digest = sha256(b"".join(path.read_bytes() for path in sources))
    return f"// dashapp: {name} {digest.hexdigest()[:16]}"


@pytest.mark.parametrize(("name", "entry"), PACKED.items())
def test_packed_files_belong_to_their_sources(name, entry):
    """Run `make scripts` after each change."""
    packed = (ASSETS / "packed" / name).read_text()

    assert packed.splitlines()[0] == banner_of(name, entry)


def test_a_changed_source_changes_the_banner(tmp_path, monkeypatch):
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\n')
    (tmp_path / "b.js").write_text("export const b = 1;\n")
    monkeypatch.setattr("tests.board.test_scripts.ASSETS", tmp_path)
    before = banner_of("a.js", "a.js")
    (tmp_path / "b.js").write_text("export const b = 2;\n")

    assert banner_of("a.js", "a.js") != before


def test_every_module_is_packed():
    packed = {path for entry in PACKED.values() for path in sources_of((ASSETS / entry).resolve())}
    modules = {
        path
        for folder in (
            "board",
            "edit",
            "embed",
            "pages",
            "palette",
            "picture",
            "present",
            "table",
            "zones",
        )
        for path in (ASSETS / folder).rglob("*.js")
    }

    assert {path.resolve() for path in modules} == packed


# -- What scripts share with the server -----------------------------------------------------------


@pytest.mark.parametrize(
    ("struct", "interface"),
    [
        (island.PageLimits, "Limits"),
        (island.OpeningIsland, "Opening"),
        (island.ShownIsland, "Shown"),
        (island.Step, "Step"),
    ],
)
def test_the_types_of_the_island_have_the_fields_that_python_sends(struct, interface):
    types = (ASSETS / "types.d.ts").read_text()
    body = re.search(
        rf"^export interface {interface} \{{\n(.*?)^\}}", types, re.MULTILINE | re.DOTALL
    )[1]
    fields = re.findall(r"^  (\w+): ", body, re.MULTILINE)

    assert sorted(fields) == sorted(field.encode_name for field in msgspec.structs.fields(struct))


def test_the_page_and_the_view_know_the_same_rates():
    assert tuple(RATES) == REFRESH_RATES
    assert DEFAULT_RATE in RATES


def test_links_carry_the_same_parameters_before_and_after_scripts_run():
    source = (ASSETS / "board" / "view" / "address.js").read_text()

    assert run_module(f"{source}\nconst main = () => CARRIED;") == list(CARRIED)


def test_a_panel_that_could_not_be_loaded_says_the_same_with_and_without_a_server():
    assert states.short_message("error").children[1] == words()["failed"]
