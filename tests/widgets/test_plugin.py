"""What a package of widgets brings: its own rows, files, texts, and export columns."""

from decimal import Decimal

import pytest

from dashapp.dashboards.provision import add_org
from dashapp.domain.series import SeriesRow
from dashapp.widgets import Look, _, lines
from dashapp.widgets.catalog import Catalog, load_catalog
from tests import factories
from tests.factories import event, place, send
from tests.widgets.painting import paint
from tests.widgets.plugin import baskets, page_views
from tests.widgets.test_catalog import PLUGIN, install

AT = "2026-11-20T09:00:00Z"
CATALOG = Catalog([page_views.WIDGET, baskets.WIDGET])


def paid(total, country):
    return event("order.paid", AT, properties={"total": total, "country": country})


@pytest.fixture
def plugins(monkeypatch):
    install(monkeypatch, *PLUGIN)
    return load_catalog()


@pytest.fixture
def client(store, acme, plugins):
    """A browser of an owner of Acme, whose dashboard has the widgets of the package."""
    factories.add_user(store, "ada@example.com", (acme, acme.role))
    place(store, acme, ["page-views", "baskets"])
    client = factories.app(store, catalog=plugins).test_client()
    factories.login(client, "ada@example.com")
    return client


def panels_of(client, **headers):
    answer = client.get(
        "/api/v1/dashboards/operations/data?org=acme&time_range=7d", headers=headers
    )
    return {panel["slug"]: panel for panel in answer.json["panels"]}


def test_both_widgets_have_their_numbers(client, store, acme):
    send(store, acme, [event("page.viewed", AT), paid(0.1, "DE"), paid(0.2, "DE")])

    panels = panels_of(client)
    assert panels["page-views"]["rows"][0]["value"] == 1
    assert panels["baskets"]["rows"] == [{"country": "DE", "total": 0.3, "largest": 0.2}]


def test_exports_have_the_columns_of_the_drawing(client, store, acme):
    address = "/api/v1/dashboards/operations/panels/baskets.csv?org=acme&time_range=7d"
    assert client.get(address).text == "country,total,largest\r\n"

    send(store, acme, [paid(25, "DE"), paid(1.5, "FR")])
    assert client.get(address).text == "country,total,largest\r\nDE,25,25\r\nFR,1.5,1.5\r\n"


def test_titles_are_translated_by_the_package(store, plugins):
    owner = factories.scope(
        add_org(store, factories.scope, "tienda", name="Tienda", locale="es", now=1)
    )
    place(store, owner, ["page-views", "baskets"])
    _key, secret = factories.add_key(store, owner)
    client = factories.app(store, catalog=plugins).test_client()

    answer = client.get(
        "/api/v1/dashboards/operations/data", headers={"Authorization": f"Bearer {secret}"}
    )
    assert [panel["title"] for panel in answer.json["panels"]] == ["Páginas vistas", "Cestas"]


def test_a_package_does_not_change_texts_of_dashapp(store, acme, plugins):
    import flask_babel

    app = factories.app(store, catalog=plugins)
    with app.test_request_context("/"), flask_babel.force_locale("es"):
        assert flask_babel.gettext("Baskets") == "Cestas"
        assert flask_babel.gettext("Other") == "Otros"


def test_pages_load_the_files_of_drawings(client):
    page = client.get("/app/acme/operations").text

    names = ("tests.widgets.plugin~baskets-", "tests.widgets.plugin~scripts~baskets-")
    style, script = (page.split(f'"/_dash/assets/{name}')[1].split('"')[0] for name in names)
    answer = client.get(f"/_dash/assets/{names[0]}{style}")
    assert answer.text == ".small { color: var(--ink-2); }\n"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type.startswith("text/css")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert client.get(f"/_dash/assets/{names[1]}{script}").status_code == 200
    embedded = client.get("/embed/acme/operations").text
    assert f"{names[0]}{style}" in embedded
    assert f"{names[1]}{script}" in embedded


def test_pages_without_plugins_load_nothing_more(store, acme):
    factories.add_user(store, "ada@example.com", (acme, acme.role))
    client = factories.app(store, catalog=Catalog([])).test_client()
    factories.login(client, "ada@example.com")

    assert "plugin~" not in client.get("/app/acme/operations").text


def test_a_drawing_is_painted_on_the_board(client, store, acme):
    send(store, acme, [paid(250, "DE")])

    answer = factories.refresh(client, panels=["baskets"], figures=[])
    assert "DE: 250.00" in answer.text
    assert "large" in answer.text


def test_series_have_the_names_and_colors_of_the_package(plugins):
    look = Look(names={"web": _("Page views"), "app": "App"}, colors={"web": "#aa3366"})
    week = factories.time_range("7d")
    rows = [
        SeriesRow(bucket.start, name, 3, bucket.complete)
        for bucket in week.buckets
        for name in ("web", "app")
    ]

    figure = paint(lines(look), rows, week).figure
    drawn = {series["name"]: series["color"] for series in figure["layout"]["meta"]["series"]}
    assert drawn.keys() == {"Page views", "App"}
    assert drawn["Page views"] == "#aa3366"


def test_rows_of_a_package_keep_numbers_exact(store, acme):
    send(store, acme, [paid(0.1, "DE"), paid(0.2, "DE")])

    with store.read(acme) as session:
        (row,) = baskets.baskets(session, acme, factories.time_range())
    assert row == ("DE", Decimal("0.3"), Decimal("0.2"), "small")
