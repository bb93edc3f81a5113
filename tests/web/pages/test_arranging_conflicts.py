"""Two people who arrange the same dashboard, and how they choose which version stays."""

import pytest
from sqlalchemy import update

from dashapp.store.orgs import dashboards
from dashapp.store.tables import memberships
from dashapp.web.pages import arranging
from tests.factories import hidden_value
from tests.web.pages.arranging import (
    FOUR_WIDGETS,
    LAYOUT_URL,
    layout_form,
    row_order,
    save_layout,
    stored_panels,
)


@pytest.mark.both_databases
def test_two_editors_never_overwrite_each_other_silently(bea, browser, store, acme):
    ada = browser("ada@example.com")
    mine = layout_form(ada, FOUR_WIDGETS[::-1], **{"title:total-errors": "Mine"})
    save_layout(bea, FOUR_WIDGETS, **{"title:total-errors": "Theirs"})

    response = ada.post(LAYOUT_URL, data=mine)

    assert response.status_code == 409
    for text in (
        "Someone changed this dashboard while you were arranging it.",
        "Saved by bea@example.com, 09:30.",
        "Number of errors: different title",
        "The panels are in a different order.",
        "Continue with their version",
        "Replace it with my version",
        'value="Mine"',
    ):
        assert text in response.text
    assert row_order(response) == list(FOUR_WIDGETS[::-1])
    assert stored_panels(store, acme)[0].title == "Theirs"


def test_an_editor_can_replace_the_other_version_after_a_warning(bea, browser, store, acme):
    ada = browser("ada@example.com")
    mine = layout_form(ada, FOUR_WIDGETS[::-1])
    save_layout(bea, FOUR_WIDGETS)
    warning_page = ada.post(LAYOUT_URL, data=mine).text

    assert 'value="replace:2"' in warning_page
    assert (
        ada.post(LAYOUT_URL, data=mine).status_code == 409
    )  # saving without a choice conflicts again
    response = ada.post(LAYOUT_URL, data={**mine, "do": "replace:2"})

    assert response.status_code == 303
    assert [panel.widget for panel in stored_panels(store, acme)] == list(FOUR_WIDGETS[::-1])


def test_the_warning_stays_until_the_editor_chooses(bea, browser, store, acme):
    """Moving or removing a panel on the page with the warning must not bypass it."""
    ada = browser("ada@example.com")
    mine = layout_form(ada)
    save_layout(bea, FOUR_WIDGETS, **{"title:total-errors": "Theirs"})
    for action in (f"remove:{FOUR_WIDGETS[1]}", "add", "look", f"up:{FOUR_WIDGETS[1]}"):
        response = ada.post(LAYOUT_URL, data={**mine, "do": action, "add": "success-rate"})
        assert hidden_value(response.text, "version") == "1"
        assert "Replace it with my version" in response.text
        assert 'class="btn primary" type="submit" name="do" value="save"' not in response.text

    assert ada.post(LAYOUT_URL, data=mine).status_code == 409
    assert stored_panels(store, acme)[0].title == "Theirs"


def test_another_save_after_the_warning_is_reported_too(bea, browser, store, acme):
    ada = browser("ada@example.com")
    mine = layout_form(ada, FOUR_WIDGETS[::-1])
    save_layout(bea, FOUR_WIDGETS, **{"title:total-errors": "Second"})
    save_layout(bea, FOUR_WIDGETS, **{"title:total-errors": "Third"})

    assert ada.post(LAYOUT_URL, data={**mine, "do": "replace:2"}).status_code == 409
    assert stored_panels(store, acme)[0].title == "Third"


def test_identical_changes_do_not_conflict(bea, browser):
    ada = browser("ada@example.com")
    mine = layout_form(ada, FOUR_WIDGETS[::-1])
    save_layout(bea, FOUR_WIDGETS[::-1])

    assert ada.post(LAYOUT_URL, data=mine).status_code == 303


def test_panels_added_by_the_template_are_not_attributed_to_an_editor(bea, store, acme):
    from dashapp.dashboards.provision import provision
    from tests.templates import OPERATIONS

    save_layout(bea, FOUR_WIDGETS[::-1])
    mine = layout_form(bea, FOUR_WIDGETS)
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", offered=[])
    provision(store, acme, OPERATIONS, now=5)

    response = bea.post(LAYOUT_URL, data=mine)
    assert response.status_code == 409
    assert "The template added new panels." in response.text
    assert "bea@example.com saved it" not in response.text


def test_a_role_that_changes_while_the_org_is_busy_counts(bea, store, acme, monkeypatch):
    """The role is read again under the org's lock, after the form was checked."""
    check = arranging.require_limits

    def demote(layout, form):
        with store.write_shared() as session:
            session.execute(update(memberships).values(role="ANALYTICS_VIEWER"))
        check(layout, form)

    before = stored_panels(store, acme)
    monkeypatch.setattr(arranging, "require_limits", demote)

    assert save_layout(bea, FOUR_WIDGETS[::-1]).status_code == 403
    assert stored_panels(store, acme) == before
