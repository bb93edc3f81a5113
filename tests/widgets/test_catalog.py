"""The catalog lists widgets of packages, and its errors name the widget and the fault."""

from dataclasses import replace
from importlib.metadata import EntryPoint

import pytest

from dashapp.domain.errors import NotFound, WidgetRegistrationError
from dashapp.widgets import catalog
from dashapp.widgets.catalog import Catalog, load_catalog
from tests.widgets.plugin import baskets, page_views

VALID = page_views.WIDGET
PLUGIN = ("tests.widgets.plugin.page_views:WIDGET", "tests.widgets.plugin.baskets:WIDGET")


def test_dashapp_itself_has_no_widgets_in_python():
    assert list(load_catalog()) == []


@pytest.mark.parametrize(
    ("widget", "fault"),
    [
        (replace(VALID, slug=""), "“Page views” has no slug"),
        (replace(VALID, slug="Not/A Slug"), "“Not/A Slug” has an invalid slug"),
        (replace(VALID, title=""), "“page-views” has no title"),
        (replace(VALID, draw=None), "“page-views” has no drawing"),
        (replace(VALID, query=None), "“page-views” has no query"),
    ],
)
def test_an_error_names_the_widget_and_the_fault(widget, fault):
    with pytest.raises(WidgetRegistrationError, match=fault):
        Catalog([widget])


def test_a_duplicate_slug_is_rejected():
    with pytest.raises(WidgetRegistrationError, match="Two widgets have the slug “page-views”"):
        Catalog([VALID, replace(VALID, title="Other")])


def test_an_unknown_slug_is_not_found():
    with pytest.raises(NotFound):
        Catalog([VALID])["nothing"]


def install(monkeypatch, *values: str) -> None:
    plugins = [EntryPoint(f"w{n}", value, catalog.ENTRY_POINTS) for n, value in enumerate(values)]
    monkeypatch.setattr(catalog, "entry_points", lambda group: plugins)


def test_widgets_are_in_the_order_of_their_entry_points(monkeypatch):
    install(monkeypatch, *PLUGIN)

    assert [widget.slug for widget in load_catalog()] == ["page-views", "baskets"]


def test_the_translations_of_a_package_are_found_once(monkeypatch):
    install(monkeypatch, *PLUGIN)

    (folder,) = load_catalog().locales
    assert folder.parts[-3:] == ("widgets", "plugin", "locale")


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("tests.widgets.no_such:WIDGET", "cannot be loaded"),
        ("tests.widgets.plugin.baskets:baskets", "is not a Widget"),
    ],
)
def test_an_error_names_the_faulty_entry_point(monkeypatch, value, fault):
    install(monkeypatch, value)

    with pytest.raises(WidgetRegistrationError, match=f"w0.*{fault}"):
        load_catalog()


def with_asset(address: str):
    widget = baskets.WIDGET
    return replace(widget, draw=replace(widget.draw, assets=(address,)))


def test_the_files_of_a_drawing_are_read():
    assets = Catalog([baskets.WIDGET]).assets

    assert [asset.name for asset in assets] == [
        "tests.widgets.plugin~baskets.css",
        "tests.widgets.plugin~scripts~baskets.js",
    ]
    assert assets[0].content == b".small { color: var(--ink-2); }\n"


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("baskets.css", "Write it as your_package:chart.css"),
        ("tests.widgets.plugin:../painting.css", "Write it as"),
        ("tests.widgets.plugin:scripts/../../x.css", "Write it as"),
        ("tests.widgets.plugin:/etc/hosts.css", "Write it as"),
        ("tests.widgets.plugin:page_views.py", "Write it as"),
        ("tests.widgets.plugin:no-such.css", "has no file no-such.css"),
        ("tests.widgets.none:chart.css", "There is no package tests.widgets.none"),
        ("tests.widgets.painting:chart.css", "There is no package tests.widgets.painting"),
    ],
)
def test_a_file_that_is_not_in_the_package_is_refused(address, fault):
    with pytest.raises(WidgetRegistrationError, match=f"“baskets” cannot have the file.*{fault}"):
        Catalog([with_asset(address)])


def test_a_link_out_of_the_package_is_refused(tmp_path, monkeypatch):
    package = tmp_path / "linking_plugin"
    package.mkdir()
    (package / "__init__.py").touch()
    (tmp_path / "secret.css").write_text("secret")
    (package / "chart.css").symlink_to(tmp_path / "secret.css")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(WidgetRegistrationError, match="It is outside of the package"):
        Catalog([with_asset("linking_plugin:chart.css")])
