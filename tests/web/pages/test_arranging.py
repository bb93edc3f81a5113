"""The layout page of a dashboard: who can use it, what it saves, and what it refuses."""

import pytest

from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import find_dashboard
from tests import factories
from tests.web.pages.arranging import (
    BOARD_URL,
    FOUR_WIDGETS,
    LAYOUT_URL,
    layout_form,
    row_order,
    save_layout,
    stored_panels,
)


def test_saving_a_layout_leads_back_to_the_board(bea, store, acme):
    changes = {"title:total-errors": " Our   faults ", "size:users-time-series": "full",
            "limit:warnings-by-code": "3", "opens_with": "last-month"}  # fmt: skip
    order = ("users-time-series", "total-errors", "warnings-by-code")

    response = save_layout(bea, order, ("total-errors",), **changes)

    assert (response.status_code, response.headers["Location"]) == (303, BOARD_URL)
    assert stored_panels(store, acme) == [
        ("users-time-series", None, "full", False, {}, None),
        ("total-errors", "Our faults", None, True, {}, None),
        ("warnings-by-code", None, None, False, {"limit": 3}, None),
    ]
    with store.read(acme) as session:
        assert find_dashboard(session, acme, "operations").opens_with == "last-month"


def test_the_board_shows_the_saved_layout(bea):
    save_layout(bea, ("users-time-series", "total-errors"), ("users-time-series",),
         **{"title:total-errors": "Our faults", "opens_with": "last-month"})  # fmt: skip

    layout = str(bea.get(f"{BOARD_URL}/_dash-layout").json)
    data = bea.get("/api/v1/dashboards/operations/data?org=acme").json

    assert "'value': '30d'" in layout
    assert '"defaultPreset":"last-month"' in layout
    assert '"layoutVersion":2' in layout
    assert "users-time-series" not in layout
    assert "Our faults" in layout
    assert [(panel["slug"], panel["title"]) for panel in data["panels"]] == [
        ("total-errors", "Our faults")
    ]


def test_an_unknown_range_shows_the_dashboards_default_range(bea):
    save_layout(bea, opens_with="7d")

    for search in ("", "?time_range=", "?time_range=5y"):
        board = factories.refresh(bea, search=search).json["response"]["board"]
        assert board["data-time-range"] == "7d"
    board = factories.refresh(bea, search="?time_range=24h").json["response"]["board"]
    assert board["data-time-range"] == "24h"
    api = bea.get("/api/v1/dashboards/operations/data?org=acme").json
    assert api["time_range"]["preset"] == "24h"  # the API keeps its documented default


def test_a_hidden_panel_has_no_csv_file(bea):
    save_layout(bea, FOUR_WIDGETS, ("total-errors",))
    path = "/api/v1/dashboards/operations/panels/total-errors.csv?org=acme"

    assert bea.get(path).status_code == 404


def test_a_list_has_as_many_rows_as_its_limit(bea, store, acme):
    for number in range(6):
        properties = {"severity": "WARNING", "code": f"c{number}"}
        factories.send(store, acme, [factories.event("finding.recorded", properties=properties, at="2026-11-20T09:00:00Z")] * 1)  # fmt: skip
    save_layout(bea, **{"limit:warnings-by-code": "3"})

    data = bea.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json

    assert [row["label"] for row in data["panels"][3]["rows"]] == ["c0", "c1", "c2", "other"]
    assert [row["share"] for row in data["panels"][3]["rows"]] == [1 / 6, 1 / 6, 1 / 6, 0.5]


@pytest.mark.parametrize("limit", ["0", "51", "x", "-1", "9" * 30, "١"])
def test_an_invalid_number_of_rows_shows_an_error(bea, store, acme, limit):
    response = save_layout(bea, **{"limit:warnings-by-code": limit})

    assert response.status_code == 422
    assert "A panel can list from 1 to 50 rows." in response.text
    assert stored_panels(store, acme)[3].config == {}


def test_an_empty_number_of_rows_means_the_widgets_default(bea, store, acme):
    assert save_layout(bea, **{"limit:warnings-by-code": ""}).status_code == 303
    assert stored_panels(store, acme)[3].config == {}


def test_buttons_work_without_javascript_and_save_nothing(bea, store, acme):
    def press(do, **fields):
        response = bea.post(LAYOUT_URL, data=layout_form(bea, do=do, **fields))
        assert response.status_code == 200
        return response

    a, b, c, d = FOUR_WIDGETS
    assert row_order(press(f"up:{b}")) == [b, a, c, d]
    assert row_order(press(f"down:{b}")) == [a, c, b, d]
    assert row_order(press(f"up:{a}")) == [a, b, c, d]
    assert row_order(press(f"down:{d}")) == [a, b, c, d]
    assert row_order(press(f"remove:{c}")) == [a, b, d]
    assert row_order(press("add", add="total-validations")) == [*FOUR_WIDGETS, "total-validations"]
    assert row_order(press("add", add="no-such-widget")) == list(FOUR_WIDGETS)
    assert row_order(press("add", add=a)) == list(FOUR_WIDGETS)
    assert row_order(press("nonsense:x")) == list(FOUR_WIDGETS)
    assert 'value="Kept"' in press(f"up:{b}", **{f"title:{a}": "Kept"}).text
    assert [panel.widget for panel in stored_panels(store, acme)] == list(FOUR_WIDGETS)


@pytest.mark.parametrize(
    "invalid_fields",
    [
        {"panel": ["no-such-widget"]},
        {"version": "x"},
        {"version": ""},
        {"version": "99999999999"},
        {"panel": [FOUR_WIDGETS[0]] * 2},
        {"do": "replace:x"},
    ],
)
def test_a_forged_form_is_refused(bea, store, acme, invalid_fields):
    response = bea.post(LAYOUT_URL, data={**layout_form(bea), **invalid_fields})

    assert response.status_code in {400, 422}
    assert [panel.widget for panel in stored_panels(store, acme)] == list(FOUR_WIDGETS)


def test_a_form_that_is_too_large_is_refused(bea):
    response = bea.post(LAYOUT_URL, data={**layout_form(bea), "panel": ["total-errors"] * 5_000})

    assert response.status_code == 413


@pytest.mark.parametrize("token", ["x", ""])
def test_a_form_with_an_invalid_csrf_token_keeps_what_was_typed(bea, store, acme, token):
    response = save_layout(bea, csrf_token=token, **{"title:total-errors": "Kept"})

    assert response.status_code == 422
    assert 'value="Kept"' in response.text
    assert stored_panels(store, acme)[0].title is None


def test_titles_can_contain_emoji_and_joined_letters(bea, store, acme):
    title = "\U0001f469\u200d\U0001f4bb faults \u0645\u06cc\u200c\u062e"

    assert save_layout(bea, **{"title:total-errors": title}).status_code == 303
    assert stored_panels(store, acme)[0].title == title


@pytest.mark.parametrize(
    "invalid_fields",
    [
        {"title:total-errors": "x" * 201},
        {"title:total-errors": "a\u202eb"},
        {"opens_with": "5y"},
    ],
)
def test_an_invalid_form_comes_back_with_the_reason_and_all_input(bea, invalid_fields):
    response = bea.post(
        LAYOUT_URL,
        data={**layout_form(bea, **{"title:users-time-series": "Kept"}), **invalid_fields},
    )

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert 'value="Kept"' in response.text


def test_a_title_is_escaped(bea):
    save_layout(bea, **{"title:total-errors": "<script>alert(1)</script>"})

    page = bea.get(LAYOUT_URL).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_an_analytics_viewer_cannot_arrange(store, acme, browser, server):
    from dashapp.domain.access.roles import Role

    factories.add_user(store, "vera@example.com", (acme, Role.ANALYTICS_VIEWER))
    vera = browser("vera@example.com")

    assert "/layout" not in vera.get(BOARD_URL).text
    for response in (vera.get(LAYOUT_URL), vera.post(LAYOUT_URL, data={})):
        assert response.status_code == 403
        assert "Owners, admins, and authors can" in response.text


@pytest.mark.parametrize(("user", "status"), [("max", 403), ("rita", 404), ("ada", 200)])
def test_owners_and_authors_of_the_org_can_open_the_layout_page(browser, user, status):
    assert browser(f"{user}@example.com").get(LAYOUT_URL).status_code == status


def test_an_anonymous_visitor_is_redirected_to_login(browser):
    response = browser().get(LAYOUT_URL)

    assert response.headers["Location"] == "/login?next=/app/acme/operations/layout"


def test_a_dashboard_that_is_not_editable_has_no_layout_page(bea, store, acme):
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", is_editable=False)

    assert "/layout" not in bea.get(BOARD_URL).text
    refused = bea.get(LAYOUT_URL)
    assert refused.status_code == 403
    assert "You are signed in as bea@example.com." in refused.get_data(as_text=True)


def test_a_panel_whose_widget_is_missing_keeps_its_place_and_settings(bea, store, acme):
    panel_without_widget = dashboards.SavedPanel(
        "gone-widget", "Ours", "full", is_hidden=False, config={"limit": 7}
    )
    with store.write(acme) as session:
        dashboards.put_panels(
            session,
            acme,
            "operations",
            [panel_without_widget, panel_without_widget._replace(widget="total-errors")],
            now=1,
        )

    response = save_layout(bea, ("total-errors", "gone-widget"))

    assert response.status_code == 303
    assert [panel.widget for panel in stored_panels(store, acme)] == ["total-errors", "gone-widget"]
    assert stored_panels(store, acme)[1] == panel_without_widget
