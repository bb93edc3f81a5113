"""The bundle: one script and one stylesheet from the files of Dash and dashapp."""

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
def assets_folder(tmp_path):
    """A folder in which the bundle finds small scripts and stylesheets."""
    for name in (*bundle.SCRIPTS, *bundle.STYLES):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"/* {name} */")
    (tmp_path / bundle.SCRIPTS[-1]).write_text(
        "window.b = 2 //# sourceMappingURL=kept.map\n//# sourceMappingURL=b.map"
    )
    (tmp_path / bundle.PLOTLY).write_text("window.Plotly = {}")
    return tmp_path


def build_bundle(assets_folder):
    dash_app = BoardDash(
        "other",
        assets_folder=str(assets_folder),
        include_assets_files=False,
        use_async=False,
        enable_mcp=False,
    )
    dash_app.layout = []
    dash_app._setup_server()
    return bundle.build(dash_app)


def chunk_start(name):
    """Return the first bytes of one of Dash's async files."""
    return (Path(dcc.__file__).parent / f"async-{name}.js").read_bytes()[:200]


def script_urls(page):
    return re.findall(r'<script src="([^"]+)"', page)


def style_urls(page):
    return re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)


def test_a_page_loads_plotly_one_script_and_one_stylesheet(ada):
    page = ada.get(PAGE).text

    plotly, script = script_urls(page)
    (style,) = style_urls(page)
    assert re.fullmatch(r"/_dash/assets/plotly-basic\.min-[0-9a-f]{16}\.js", plotly)
    assert re.fullmatch(r"/_dash/_dash-component-suites/dash/dcc/bundle-[0-9a-f]{16}\.js", script)
    assert re.fullmatch(r"/_dash/assets/bundle-[0-9a-f]{16}\.css", style)
    assert page.count('<link rel="preload" as="script"') == 2


def test_an_embedded_page_loads_its_own_script_before_the_same_files(ada):
    shell = ada.get("/embed/acme/operations").text
    page = ada.get(PAGE).text

    own, *shared = script_urls(shell)
    assert own.startswith("/_dash/assets/embed-page-")
    assert shared == script_urls(page)
    assert style_urls(shell) == style_urls(page)


def test_the_order_is_react_our_scripts_renderer_components(assets_folder):
    script = build_bundle(assets_folder).script

    markers = (b"react.production.min", b"vendor/regenerator", b"window.b = 2", b"DashRenderer",
             b"webpackChunkdash_core_components", b"dash_html_components")  # fmt: skip
    positions = [script.index(marker) for marker in markers]
    assert positions == sorted(positions)


def test_the_bundle_has_no_polyfill_no_table_no_plotly_and_no_source_maps(assets_folder):
    script = build_bundle(assets_folder).script

    assert b"core-js" not in script
    assert b"webpackChunkdash_table" not in script
    assert b"window.Plotly = {}" not in script
    assert b"plotly.js v" not in script
    assert b"b.map" not in script
    assert b"kept.map" in script


def test_the_bundle_has_only_the_chunks_that_boards_need(assets_folder):
    script = build_bundle(assets_folder).script

    assert chunk_start("graph") in script
    assert chunk_start("dropdown") in script
    assert chunk_start("slider") not in script
    assert chunk_start("markdown") not in script


def test_a_changed_byte_changes_the_url(store, assets_folder, monkeypatch):
    before = factories.app(store).extensions["dashapp-files"].address("bundle.js")
    unchanged = factories.app(store).extensions["dashapp-files"].address("bundle.js")
    monkeypatch.setattr(bundle, "_SEPARATOR", b"\n;;\n")
    after = factories.app(store).extensions["dashapp-files"].address("bundle.js")

    assert before == unchanged
    assert before != after


def test_stylesheets_are_one_file_in_the_order_of_the_cascade(assets_folder):
    assert build_bundle(assets_folder).style.decode().split("\n") == [
        "/* css/tokens.css */",
        "/* css/page.css */",
        "/* css/board.css */",
        "/* css/picker.css */",
        "/* css/time.css */",
        "/* css/drawings.css */",
        "/* css/sheet.css */",
        "/* css/dialog.css */",
        "/* css/views.css */",
        "/* css/print.css */",
        "/* css/embed.css */",
    ]


def test_the_page_contains_the_callback_definitions(ada):
    page = ada.get(PAGE).text

    text = page.split('id="dependencies">')[1].split("</script>")[0]
    assert ada.application.json.loads(text) == ada.get(f"{PAGE}/_dash-dependencies").json


def test_the_precompressed_plotly_is_plotly():
    plotly = resource("assets") / bundle.PLOTLY

    assert brotli.decompress(Path(f"{plotly}.br").read_bytes()) == plotly.read_bytes()


def test_a_third_party_component_library_keeps_its_own_script_tags(assets_folder, monkeypatch):
    import sys
    import types

    from dash.development.base_component import ComponentRegistry

    (assets_folder / "theirs.js").write_text("window.theirs = {}")
    library = types.ModuleType("theirs")
    library.__file__, library.__version__ = str(assets_folder / "__init__.py"), "1.0"
    library._js_dist = [{"relative_package_path": "theirs.js", "namespace": "theirs"}]
    monkeypatch.setitem(sys.modules, "theirs", library)
    monkeypatch.setattr(ComponentRegistry, "registry", ["theirs"])

    built = build_bundle(assets_folder)

    assert re.fullmatch(
        r'<script src="/_dash-component-suites/theirs/theirs\.v1_0m\d+\.js"></script>',
        built.more_scripts,
    )
    assert b"window.theirs" not in built.script.replace(b"window.theirs = {}", b"", 1)


def test_dashapps_own_components_add_no_file(assets_folder, monkeypatch):
    from dash.development.base_component import Component, ComponentRegistry

    registry = type(ComponentRegistry.registry)()
    monkeypatch.setattr(ComponentRegistry, "registry", registry)
    members = {"__module__": "dashapp.board.notice", "_namespace": "dashapp_ui", "_type": "Notice"}
    type(Component)("Notice", (Component,), members)

    built = build_bundle(assets_folder)

    assert list(registry) == ["dashapp"]
    assert built.more_scripts == ""
    assert built.more_styles == ""
