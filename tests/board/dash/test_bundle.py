"""One script and one style, from Dash's own files and ours."""

import re
from pathlib import Path

import brotli
import pytest
from dash import dcc

from dashapp.board.dash import bundle
from dashapp.board.dash.app import BoardDash
from dashapp.domain.access.roles import Role
from dashapp.settings import resource
from tests import factories

PAGE = "/app/acme/operations"


@pytest.fixture
def ada(store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))
    client = factories.app(store).test_client()
    factories.login(client, "ada@example.com")
    return client


@pytest.fixture
def folder(tmp_path):
    """Assets of our own, few and small."""
    (tmp_path / "10-a.js").write_text("window.a = 1")
    (tmp_path / "20-b.js").write_text(
        "window.b = 2 //# sourceMappingURL=kept.map\n//# sourceMappingURL=b.map"
    )
    (tmp_path / "00-plotly-basic.min.js").write_text("window.Plotly = {}")
    (tmp_path / "30-c.css").write_text(".c{}")
    return tmp_path


def bundled(folder):
    dash_app = BoardDash("other", assets_folder=str(folder), use_async=False, enable_mcp=False)
    dash_app.layout = []
    dash_app._setup_server()
    return bundle.build(dash_app)


def chunk(name):
    """How one of Dash's later files begins."""
    return (Path(dcc.__file__).parent / f"async-{name}.js").read_bytes()[:200]


def scripts_of(page):
    return re.findall(r'<script src="([^"]+)"', page)


def styles_of(page):
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)


def test_a_page_names_plotly_one_script_and_one_style(ada):
    page = ada.get(PAGE).text

    plotly, script = scripts_of(page)
    (style,) = styles_of(page)
    assert re.fullmatch(r"/_dash/assets/00-plotly-basic\.min-[0-9a-f]{16}\.js", plotly)
    assert re.fullmatch(r"/_dash/_dash-component-suites/dash/dcc/bundle-[0-9a-f]{16}\.js", script)
    assert re.fullmatch(r"/_dash/assets/bundle-[0-9a-f]{16}\.css", style)
    assert page.count('<link rel="preload" as="script"') == 2


def test_an_embedded_page_names_the_same_and_its_own_script_first(ada):
    shell = ada.get("/embed/acme/operations").text
    page = ada.get(PAGE).text

    own, *shared = scripts_of(shell)
    assert own.startswith("/_dash/assets/embed-page-")
    assert shared == scripts_of(page)
    assert styles_of(shell) == styles_of(page)


def test_the_order_is_react_assets_renderer_components(folder):
    script = bundled(folder).script

    parts = (b"react.production.min", b"window.a = 1", b"window.b = 2", b"DashRenderer",
             b"webpackChunkdash_core_components", b"dash_html_components")  # fmt: skip
    places = [script.index(part) for part in parts]
    assert places == sorted(places)


def test_no_polyfill_no_table_no_plotly_and_no_source_maps(folder):
    script = bundled(folder).script

    assert b"core-js" not in script
    assert b"webpackChunkdash_table" not in script
    assert b"window.Plotly = {}" not in script
    assert b"plotly.js v" not in script
    assert b"b.map" not in script
    assert b"kept.map" in script


def test_a_chunk_that_boards_need_is_there_and_others_are_not(folder):
    script = bundled(folder).script

    assert chunk("graph") in script
    assert chunk("dropdown") in script
    assert chunk("slider") not in script
    assert chunk("markdown") not in script


def test_another_byte_is_another_address(store, folder, monkeypatch):
    before = factories.app(store).extensions["dashapp-files"].address("bundle.js")
    again = factories.app(store).extensions["dashapp-files"].address("bundle.js")
    monkeypatch.setattr(bundle, "_BETWEEN", b"\n;;\n")
    after = factories.app(store).extensions["dashapp-files"].address("bundle.js")

    assert before == again
    assert before != after


def test_a_new_asset_is_picked_up_in_its_place(folder):
    (folder / "15-new.js").write_text("window.dashapp_ui = {}")

    script = bundled(folder).script

    assert script.index(b"window.a") < script.index(b"dashapp_ui") < script.index(b"window.b")


def test_styles_of_ours_are_one_file(folder):
    assert bundled(folder).style == b".c{}"


def test_what_callbacks_there_are_stands_in_the_page(ada):
    page = ada.get(PAGE).text

    text = page.split('id="dependencies">')[1].split("</script>")[0]
    assert ada.application.json.loads(text) == ada.get(f"{PAGE}/_dash-dependencies").json


def test_plotly_packed_ahead_is_plotly():
    packed = (resource("assets") / "00-plotly-basic.min.js.br").read_bytes()

    assert brotli.decompress(packed) == (resource("assets") / bundle.PLOTLY).read_bytes()


def test_the_library_of_somebodys_widget_keeps_tags_of_its_own(folder, monkeypatch):
    import sys
    import types

    from dash.development.base_component import ComponentRegistry

    (folder / "theirs.js").write_text("window.theirs = {}")
    theirs = types.ModuleType("theirs")
    theirs.__file__, theirs.__version__ = str(folder / "__init__.py"), "1.0"
    theirs._js_dist = [{"relative_package_path": "theirs.js", "namespace": "theirs"}]
    monkeypatch.setitem(sys.modules, "theirs", theirs)
    monkeypatch.setattr(ComponentRegistry, "registry", ["theirs"])

    made = bundled(folder)

    assert re.fullmatch(
        r'<script src="/_dash-component-suites/theirs/theirs\.v1_0m\d+\.js"></script>',
        made.more_scripts,
    )
    assert b"window.theirs" not in made.script.replace(b"window.theirs = {}", b"", 1)


def test_components_of_ours_name_no_file(folder, monkeypatch):
    from dash.development.base_component import Component, ComponentRegistry

    known = type(ComponentRegistry.registry)()
    monkeypatch.setattr(ComponentRegistry, "registry", known)
    members = {"__module__": "dashapp.board.notice", "_namespace": "dashapp_ui", "_type": "Notice"}
    type(Component)("Notice", (Component,), members)

    made = bundled(folder)

    assert list(known) == ["dashapp"]
    assert made.more_scripts == ""
    assert made.more_styles == ""
