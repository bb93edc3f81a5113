"""Every drawing on one board: accessible, whole on paper, and the same board on a phone."""

import pytest

from dashapp.domain.series import (
    EventRow,
    FunnelRow,
    Goal,
    HeatRow,
    ScalarRow,
    SeriesRow,
    TopRow,
)
from dashapp.widgets import (
    Better,
    Look,
    Size,
    Widget,
    bars,
    event_table,
    funnel,
    heatmap,
    lines,
    note,
    number,
    ranking,
)
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.drawings import Target
from tests import factories
from tests.browser import board_page
from tests.browser.paper import check_panels, print_page
from tests.browser.test_accessibility import violations

EUR = Look(unit="EUR", title="Revenue", label="Country")
GOAL = Goal(30_000, "period", "month", 0.643)
LEVEL = Goal(0.03, "level")
AT = "2026-11-20T09:04:00Z"


def series(_session, _scope, time_range):
    return [
        SeriesRow(bucket.start, name, value, bucket.complete, before=value)
        for bucket in time_range.buckets
        for name, value in (("de", 300.5), ("at", -20.0), ("nl", None))
    ]


def rows(*listed):
    return lambda _session, _scope, _time_range: listed


def widget(title, query, draw, size=Size.QUARTER, better=Better.LOWER):
    slug = title.lower().replace(" ", "-")
    return Widget(slug=slug, title=title, size=size, query=query, draw=draw, better=better)


HOURS = [HeatRow(day, hour, day * hour - 9) for day in range(1, 8) for hour in range(24)]
WIDGETS = (
    widget("Revenue", rows(ScalarRow(20_192, 17_964, (1, 2, 3), goal=GOAL)), number(EUR)),
    widget("Late rate", rows(ScalarRow(0.042, 0.036, (0.1, 0.2), goal=LEVEL)), number(Look(unit="percent"))),
    widget("Latency", rows(ScalarRow(341.2, None, without_number=3)), number(Look(unit="ms"))),
    widget("Orders", rows(ScalarRow(5, 4)), number(Look())),
    widget("By country", series, lines(EUR, Target(300, "day")), Size.HALF),
    widget("By status", series, bars(EUR)),
    widget("Funnel", rows(FunnelRow("a", 9, 1.0, 8), FunnelRow("b", 6, 0.67, 7)), funnel(Look(), 60)),
    widget("Dishes", rows(TopRow("a", 9, None), TopRow("b", -2, None)), ranking(EUR)),
    widget("Hours", rows(*HOURS), heatmap(Look()), Size.HALF),
    widget("Events", rows(EventRow({"occurred_at": AT, "properties.n": 3}, 9)), event_table(Look(), ["occurred_at", "properties.n", "properties.x"])),
    widget("Note", rows(), note("**Late** is late. [How](https://example.com)"), Size.FULL),
)  # fmt: skip


@pytest.fixture
def open_all(site, open_tab):
    """Open the board in a browser of its own; `options` are those of its context."""
    factories.send(site.store, site.acme_scope, [factories.event()])
    factories.place(site.store, site.acme_scope, [widget.slug for widget in WIDGETS])
    base_url = site.serve(catalog=Catalog(WIDGETS))

    def open_all(**options):
        page = open_tab(
            **{"viewport": {"width": 1440, "height": 900}, "bypass_csp": True, **options}
        )
        board_page.open_as(page, f"{base_url}/app/acme/operations?time_range=7d&compare=previous")
        board_page.wait_until_ready(page)
        page.wait_for_selector(".js-plotly-plot .main-svg")
        return page

    return open_all


@pytest.mark.parametrize(
    "options",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"viewport": {"width": 390, "height": 844}},
    ],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_no_violations(open_all, options):
    page = open_all(**options)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 1440])
def test_all_drawings_are_one_landscape_page(open_all, width):
    page = open_all()
    page.set_viewport_size({"width": width, "height": 900})
    (sheet,) = print_page(page)

    check_panels([sheet], [widget.title for widget in WIDGETS])
    assert "152" in sheet.text  # a number of the heat map, which the screen does not show


def test_nothing_is_cut_on_portrait_paper(open_all):
    check_panels(print_page(open_all(), format="A4"), [widget.title for widget in WIDGETS])
