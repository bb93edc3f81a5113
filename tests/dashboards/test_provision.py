"""An org has a project and a dashboard from the moment it is added, or is not added at all."""

import pytest
from sqlalchemy import text

from dashapp.dashboards.provision import add_org
from dashapp.domain.errors import BadInput, Conflict
from dashapp.queries.saved_dashboards import panel_slugs, saved_dashboards
from dashapp.store import dashboards, orgs
from tests.factories import scope


def test_a_new_org_has_the_operations_board(store, acme):
    with store.reading(acme) as session:
        assert saved_dashboards(session, acme) == [("operations", "Operations", None)]
        assert panel_slugs(session, acme) == [
            "total-validations",
            "total-errors",
            "events-time-series",
            "users-time-series",
        ]
        projects = session.execute(text("SELECT slug FROM projects")).scalars().all()
    assert projects == ["default"]


def test_a_new_org_is_in_utc_and_english(acme):
    assert (acme.org.timezone, acme.org.locale) == ("UTC", "en")


def test_an_org_is_added_once(store, acme):
    with pytest.raises(Conflict):
        add_org(store, scope, "acme", now=1)


@pytest.mark.parametrize("slug", ["", "Acme", "-acme", "a" * 64, "a/b", "ä", "acme\n"])
def test_a_slug_that_cannot_be_is_refused(store, slug):
    with pytest.raises(BadInput):
        add_org(store, scope, slug, now=1)


def test_a_zone_that_does_not_exist_is_refused(store):
    with pytest.raises(BadInput):
        add_org(store, scope, "acme", now=1, timezone="Mars/Olympus")


def test_a_failure_half_way_leaves_no_org(store, monkeypatch):
    monkeypatch.setattr(dashboards, "insert_panels", lambda *_a, **_k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        add_org(store, scope, "acme", now=1)

    with store.shared() as session:
        assert orgs.list_orgs(session) == []


@pytest.mark.parametrize("name", ["x" * 201, "a\x00b", "a\ud800", "a\nb"])
def test_a_name_that_cannot_be_is_refused(store, name):
    with pytest.raises(BadInput):
        add_org(store, scope, "acme", now=1, name=name)
