"""What dashapp uses of Dash although it is not documented: one test each, for the next upgrade."""

import pkgutil
from pathlib import Path

import dash
import pytest
from dash import Dash, _dash_renderer, dcc, html
from dash._utils import format_tag
from dash.development.base_component import Component
from flask import Flask

from dashapp.board.dash import bundle
from dashapp.board.dash.app import _LIBRARY, _PRIVATE_CONFIG, PREFIX, BoardDash
from dashapp.settings import resource
from dashapp.widgets.drawings.element import Element, Markup


@pytest.fixture(scope="module")
def dash_app():
    """A Dash app as app.py builds it, with one callback on the server and one in the browser."""
    dash_app = BoardDash(
        "contract",
        server=Flask("contract"),
        routes_pathname_prefix=PREFIX,
        include_assets_files=False,
        use_async=False,
        enable_mcp=False,
    )
    dash_app.layout = html.Div()
    dash_app.callback(dash.Output("a", "children"), dash.Input("b", "value"))(lambda value: value)
    dash_app.clientside_callback(
        dash.ClientsideFunction("board", "f"), dash.Output("c", "x"), dash.Input("d", "y")
    )
    dash_app._setup_server()
    return dash_app


def read_file(path):
    """Return one of the files in Dash's package."""
    content = pkgutil.get_data("dash", path)
    assert content is not None, f"Dash has no {path} any more"
    return content.decode()


# -- app.py ---------------------------------------------------------------------------------------


def test_the_configuration_has_the_prefix_and_the_versions_that_are_hidden(dash_app):
    config = dash_app._config()

    assert "requests_pathname_prefix" in config, "Dash._config has other keys: see app.py"
    assert set(_PRIVATE_CONFIG) & config.keys(), "Dash._config names versions otherwise: see app.py"


def test_the_configuration_names_no_version_under_another_key(dash_app):
    hidden = dash_app._page_config("/app/acme/operations/")

    assert not [name for name, value in hidden.items() if "version" in name and value], (
        "Dash._config has another version: add it to _PRIVATE_CONFIG in app.py"
    )


def test_the_callback_list_describes_both_callbacks(dash_app):
    outputs = [callback["output"] for callback in dash_app._callback_list]

    assert outputs == ["a.children", "c.x"], "Dash._callback_list has changed: see app.py"


def test_only_callbacks_on_the_server_have_a_function(dash_app):
    on_server = [name for name, entry in dash_app.callback_map.items() if "callback" in entry]

    assert on_server == ["a.children"], "Dash.callback_map has changed: see _views in app.py"


@pytest.mark.parametrize(
    "endpoint",
    [
        f"{PREFIX}_dash-layout",
        f"{PREFIX}_dash-dependencies",
        f"{PREFIX}_dash-update-component",
        _LIBRARY,
    ],
)
def test_the_views_have_these_endpoints(dash_app, endpoint):
    assert endpoint in dash_app.server.view_functions, "Dash names its views otherwise: see app.py"


def test_the_index_is_a_method_that_can_be_replaced():
    assert BoardDash.index is not Dash.index, "Dash.index has gone: see app.py"


# -- bundle.py ------------------------------------------------------------------------------------


def test_react_is_one_resource_with_files_for_production():
    (react,) = _dash_renderer._js_dist_dependencies
    paths = react["relative_package_path"]["prod"]

    assert [path for path in paths if bundle._POLYFILL in path], "polyfill has moved: see bundle.py"
    assert len(bundle._react()) == len(paths) - 1
    assert all(read_file(path) for path in bundle._react())


def test_the_renderer_and_the_components_are_files():
    assert all(read_file(path) for path in bundle._renderer_and_components())


def test_the_line_that_starts_dash_creates_a_renderer(dash_app):
    assert dash_app.renderer == "var renderer = new DashRenderer();", "see _start in bundle.py"


def test_tags_are_written_from_registered_resources(dash_app):
    assert dash_app._collect_and_register_resources([], url_attr="src") == []
    assert format_tag("script", {"src": "/a.js"}, opened=False) == '<script src="/a.js"></script>'


def test_later_files_are_loaded_from_the_folder_of_the_bundle():
    chunks = Path(dcc.__file__).parent.glob("async-*.js")

    assert {"async-slider.js", "async-markdown.js"} <= {path.name for path in chunks}


# -- Scripts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["set_props", "no_update", "_dash-layout", "_dash-dependencies", "_dash-update-component"],
)
def test_the_renderer_has_what_scripts_rely_on(text):
    scripts = "".join(read_file(path) for path in bundle._loaded_at_once(_dash_renderer._js_dist))

    assert text in scripts, (
        "The renderer has changed: see assets/board/dash/dash.js and requests.js"
    )


def test_the_table_is_a_script_of_its_own():
    assert "DataTable" in read_file("dash_table/bundle.js"), "see assets/board/dash/table.js"


def test_the_dropdown_still_hides_the_element_with_its_focus():
    dropdown = read_file("dcc/async-dropdown.js")

    assert "dash-dropdown-focus-target" in dropdown, (
        "Dash has changed the dropdown: check with a screen reader whether assets/board/view/dropdown.js "
        "is still needed"
    )


def test_plotly_tells_where_it_draws():
    plotly = (resource("assets") / bundle.PLOTLY).read_text()

    assert "_fullLayout" in plotly
    assert "_size" in plotly, "Plotly has changed: see assets/board/chart/plot.js"


# -- Components (widgets/drawings/element.py) -------------------------------------------------------


def test_an_element_is_drawn_from_the_same_properties_as_a_component_of_dash():
    theirs, ours = html.I(className="a").to_plotly_json(), Element("i", className="a")

    assert ours.to_plotly_json().keys() == theirs.keys(), "Component has changed: see element.py"
    assert Markup([["i", {}, []]]).to_plotly_json() == {
        "namespace": "dashapp_ui",
        "type": "Markup",
        "props": {"tree": [["i", {}, []]]},
    }


def test_components_have_a_type_and_a_namespace():
    assert issubclass(html.I, Component)
    assert (html.I()._type, html.I()._namespace) == ("I", "dash_html_components")
    assert html.MapEl()._type == "MapEl"
