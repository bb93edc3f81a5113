"""Editing in place: what the editor is given, what it saves, and what the server refuses."""

import json

import pytest

from dashapp.domain.access.actors import Action
from dashapp.domain.access.roles import Role
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.states import org_state
from dashapp.store.people import users
from tests import factories
from tests.factories import event, send
from tests.web.pages.arranging import BOARD_URL, FOUR_WIDGETS, stored_panels

EDIT = f"{BOARD_URL}/edit"
TOTAL = {
    "metric": {
        "events": ["order.paid"],
        "measure": "sum",
        "of": "properties.total",
        "unit": "EUR",
        "where": {"properties.country": ["DE"]},
    },
    "show": "number",
}


def begun(client) -> dict:
    response = client.get(EDIT)
    assert response.status_code == 200
    return response.json


def save(client, panels, version=1, token=None):
    page = client.get(BOARD_URL).text
    layout = json.dumps({"version": version, "panels": panels})
    token = factories.hidden_value(page, "csrf_token") if token is None else token
    return client.post(EDIT, data={"csrf_token": token, "layout": layout})


def preview(client, *panels, search="?time_range=7d"):
    return client.post(f"{EDIT}/preview{search}", json={"panels": list(panels)})


def of_slugs(*slugs):
    return [{"slug": slug} for slug in slugs]


@pytest.fixture
def orders(store, acme, rival):
    """Three orders of Acme with totals, one without a number, and one of Rival."""
    for owner, total in ((acme, 10), (acme, 20.5), (acme, "free"), (rival, 999)):
        properties = {"total": total, "country": "DE"}
        order = event("order.paid", "2026-11-19T12:00:00Z", user="u", properties=properties)
        send(store, owner, [order])


def test_the_editor_starts_with_the_panels_and_the_gallery(bea):
    answer = begun(bea)

    assert answer["version"] == 1
    assert [panel["slug"] for panel in answer["panels"]] == list(FOUR_WIDGETS)
    assert answer["panels"][1] == {
        "slug": "events-time-series",
        "name": "Events",
        "title": None,
        "size": "two-thirds",
        "isElastic": False,
        "group": None,
        "definition": None,
    }
    (errors,) = (entry for entry in answer["gallery"] if entry["slug"] == "total-errors")
    assert (errors["title"], errors["show"], errors["group"]) == ("Number of errors", "number", "operations")  # fmt: skip
    assert errors["base"] == {"metric": "errors", "board": "operations"}
    assert errors["drawings"]["line"] is None
    assert errors["drawings"]["list"] == "Choose a break-down first."
    assert errors["drawings"]["funnel"] == "Only funnels have steps."


def test_a_layout_is_saved_as_the_editor_shows_it(bea, store, acme):
    sent = [{"slug": "users-time-series", "size": "full"}, {"slug": "total-errors", "title": " Our  faults "}]  # fmt: skip

    response = save(bea, sent)

    assert (response.status_code, response.json) == (200, {"version": 2})
    assert stored_panels(store, acme) == [
        ("users-time-series", None, "full", False, {}, None),
        ("total-errors", "Our faults", None, False, {}, None),
    ]
    with store.read(acme) as session:
        (entry, *_others) = list_entries(
            session, acme, Wanted(action=Action.DASHBOARD_CHANGED.value)
        )
    assert entry.after["panels"] == ["users-time-series", "Our faults"]


def test_hidden_panels_stay_after_the_panel_that_they_followed(bea, store, acme):
    with store.write(acme) as session:
        panels = [panel._replace(is_hidden=panel.widget == "events-time-series") for panel in stored_panels(store, acme)]  # fmt: skip
        dashboards.put_panels(session, acme, "operations", panels, now=1)
    assert [panel["slug"] for panel in begun(bea)["panels"]] == ["total-errors", "users-time-series", "warnings-by-code"]  # fmt: skip

    save(bea, of_slugs("warnings-by-code", "total-errors"))

    stored = [(panel.widget, panel.is_hidden) for panel in stored_panels(store, acme)]
    assert stored == [("warnings-by-code", False), ("total-errors", False), ("events-time-series", True)]  # fmt: skip


@pytest.mark.both_databases
def test_the_second_of_two_editors_is_told_who_saved_and_decides(bea, browser, store, acme):
    ada = browser("ada@example.com")
    assert save(bea, [{"slug": "total-errors", "title": "Theirs"}]).status_code == 200

    response = save(ada, [{"slug": "total-errors", "title": "Mine"}, *of_slugs("events-time-series")])  # fmt: skip

    assert response.status_code == 409
    assert response.json == {
        "version": 2,
        "who": "bea@example.com",
        "at": "09:30",
        "what": ["Number of errors: different title", "Events: not in the saved version"],
    }
    assert stored_panels(store, acme)[0].title == "Theirs"
    assert save(ada, [{"slug": "total-errors", "title": "Mine"}], version=2).json == {"version": 3}
    assert stored_panels(store, acme)[0].title == "Mine"


@pytest.mark.both_databases
def test_a_new_metric_is_shown_counted_and_kept_with_the_panel(bea, store, acme, orders):
    response = save(bea, [{"definition": TOTAL, "size": "quarter"}])

    assert response.json == {"version": 2}
    (panel,) = stored_panels(store, acme)
    assert (panel.widget, panel.board, panel.size) == ("own-total-of-order-paid", "~own", "quarter")
    data = bea.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json["panels"]
    assert [(p["slug"], p["title"], p["status"]) for p in data] == [
        ("own-total-of-order-paid", "Total of order.paid", "ok")
    ]
    assert data[0]["rows"][0]["value"] == 30.5
    with store.read(acme) as session:
        kept = [kept.tally for kept in org_state(session, acme).tallies]
    assert any(tally.types == ("order.paid",) and "total" in str(tally) for tally in kept)


def test_an_own_panel_can_be_arranged_in_the_form_and_offered_elsewhere(bea, orders):
    save(bea, [{"definition": TOTAL, "title": "Cash"}])

    assert 'value="Cash"' in bea.get(f"{BOARD_URL}/layout").text
    (own,) = (entry for entry in begun(bea)["gallery"] if entry["group"] == "~made")
    assert own["title"] == "Cash"
    assert own["definition"]["metric"]["where"] == {"properties.country": ["DE"]}
    assert preview(bea, {"definition": own["definition"]}).json["panels"][0]["state"] == "ready"


def test_a_panel_of_the_installation_can_have_another_drawing(bea, store, acme):
    definition = {"metric": "errors", "board": "operations", "show": "heatmap"}

    assert save(bea, [{"definition": definition}]).status_code == 200

    (panel,) = stored_panels(store, acme)
    assert panel.config == {"definition": definition}
    data = bea.get("/api/v1/dashboards/operations/data?org=acme&time_range=7d").json
    assert len(data["panels"][0]["rows"]) == 168


def test_a_preview_has_the_orgs_own_numbers_and_counts_what_has_none(bea, orders):
    by_country = {**TOTAL, "show": "bars", "by": "properties.country"}

    answer = preview(bea, {"definition": TOTAL}, {"definition": by_country}).json

    number, bars = answer["panels"]
    assert (number["title"], number["state"], number["left_out"]) == ("Total of order.paid", "ready", 1)  # fmt: skip
    assert "30.50" in json.dumps(number["tree"])
    assert "999" not in json.dumps(answer)
    assert (bars["css_class"], bars["figure"]["data"][0]["type"]) == ("has-chart", "bar")
    assert answer["dates"] == "14 – 20 November"


def test_a_preview_of_a_panel_without_events_is_empty(bea):
    panels = preview(
        bea, {"slug": "runs-by-outcome"}, {"definition": {**TOTAL, "show": "line"}}
    ).json["panels"]

    assert [(panel["state"], panel["tree"]) for panel in panels] == [("empty", None)] * 2


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"show": "list"}, "", 'show = "list" needs "by".'),
        ({"show": "pie"}, "show", "This must be one of"),
        ({"show": "funnel"}, "", 'needs a metric with "steps"'),
        ({"metric": {"measure": "sum"}}, "metric", '"sum" needs "of"'),
        ({"metric": {"of": "total", "measure": "sum"}}, "metric.of", "is not a property"),
        ({"metric": {"sql": "drop"}}, "metric.sql", 'no key "sql"'),
        ({"metric": {"title": "x" * 300}}, "metric.title", "1 to 200 characters"),
        ({"metric": {"unit": "\0"}}, "metric.unit", "printable"),
        ({"metric": "no-such"}, "metric", "no metric"),
        ({"metric": 7}, "metric", "Choose what the panel shows."),
        ({"board": "no-such"}, "board", "no such board"),
        ({"show": "bars", "by": "password"}, "by", "is not type, channel"),
        ({"slug": "x"}, "slug", 'no key "slug"'),
        ({"widget": "total-errors"}, "widget", 'no key "widget"'),
        ({"title": "x" * 5_000}, "", "at most 4,000 bytes"),
    ],
)
def test_an_invalid_definition_is_refused_at_its_field(bea, store, acme, change, field, reason):
    sent = [*of_slugs("total-errors"), {"definition": {**TOTAL, **change}}]

    response = save(bea, sent)

    assert (response.status_code, response.json["index"]) == (422, 1)
    fault = response.json["faults"][0]
    assert (fault["field"], reason in fault["reason"]) == (field, True), fault
    assert preview(bea, sent[1]).status_code == 422
    assert len(stored_panels(store, acme)) == 4


@pytest.mark.parametrize(
    "panels",
    [
        of_slugs("no-such-panel"),
        of_slugs("total-errors", "total-errors"),
        [{"slug": "total-errors", "size": "huge"}],
        [{"slug": "total-errors", "title": "a\u202eb"}],
        [{"slug": "total-errors", "org": "rival"}],
        of_slugs(*FOUR_WIDGETS) * 13,
        [[[]]],
    ],
)
def test_a_forged_layout_is_refused(bea, store, acme, panels):
    response = save(bea, panels)

    assert response.status_code == 400
    assert response.json["error"]["message"]
    assert len(stored_panels(store, acme)) == 4


def test_an_org_has_a_limited_number_of_panels_of_its_own(bea, store, acme, monkeypatch):
    from dashapp.dashboards import arrange

    monkeypatch.setattr(arrange, "MAX_OWN", 1)
    monkeypatch.setattr(arrange, "MAX_TALLIES", 0)
    users_too = {**TOTAL, "metric": {"events": ["order.paid"], "measure": "users"}}

    response = save(bea, [{"definition": TOTAL}, {"definition": users_too}])

    assert response.status_code == 409
    assert "at most 1 panels" in response.json["error"]["message"]
    with store.read(acme) as session:
        kept = len(org_state(session, acme).tallies)
    assert save(bea, [{"definition": TOTAL}]).status_code == 200
    with store.read(acme) as session:  # counted from events: no event costs more than before
        assert len(org_state(session, acme).tallies) == kept


def test_a_layout_without_the_token_of_its_page_is_refused(bea, store, acme):
    assert save(bea, of_slugs("total-errors"), token="x").status_code == 400
    assert len(stored_panels(store, acme)) == 4


def test_viewers_cannot_edit_and_rival_sees_nothing(store, acme, browser, bea):
    factories.add_user(store, "vera@example.com", (acme, Role.ANALYTICS_VIEWER))
    token = factories.hidden_value(bea.get(BOARD_URL).text, "csrf_token")
    for user, status in (("vera@example.com", 403), ("rita@example.com", 404)):
        client = browser(user)
        data = {"csrf_token": token, "layout": json.dumps({"version": 1, "panels": []})}
        answers = [client.get(EDIT), client.post(EDIT, data=data), preview(client, {"slug": "total-errors"})]  # fmt: skip
        assert [answer.status_code for answer in answers] == [status] * 3
    assert "edit.js" not in browser("vera@example.com").get(BOARD_URL).text
    assert len(stored_panels(store, acme)) == 4


def test_a_role_that_changes_while_the_org_is_busy_counts(bea, store, acme, monkeypatch):
    """Someone who is no author any more when the transaction begins saves nothing."""
    from dashapp.web.pages.editing import routes

    def demoted(sent, saved):
        with store.write(acme) as session:
            bea_id = users.find_user(session, "bea@example.com").id
            users.set_membership(session, acme, bea_id, Role.ANALYTICS_VIEWER, now=2)
        return layout_from(sent, saved)

    layout_from = routes.layout_from
    monkeypatch.setattr(routes, "layout_from", demoted)

    assert save(bea, of_slugs("total-errors")).status_code == 403
    assert len(stored_panels(store, acme)) == 4
