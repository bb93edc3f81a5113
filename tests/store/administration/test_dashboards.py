"""Dashboards that people add, change and delete: each act is checked and recorded."""

import pytest

from dashapp.dashboards.own import Wish, blank, copy_of, is_own, slug_for
from dashapp.domain.access.actors import Actor, ActorKind
from dashapp.domain.errors import BadInput, Conflict, Forbidden, NotFound
from dashapp.store.administration import dashboards as acts
from dashapp.store.administration.change import changing
from dashapp.store.audit.entries import Wanted, list_entries
from dashapp.store.orgs import dashboards

ADA = Actor(ActorKind.MEMBER, "7", "ada@example.com")


def changes(store, owner, now=5):
    return changing(store, owner, ADA, now=now)


def listed(store, owner):
    with store.read(owner) as session:
        return {saved.slug: saved for saved in dashboards.list_dashboards(session, owner)}


def add_blank(store, owner, title="Returns"):
    with changes(store, owner) as change:
        new = blank(Wish(title, set(listed(store, owner)), 7, 5), "default")
        acts.add_dashboard(change, *new, ())
    return new.dashboard.slug


def recorded(store, owner):
    with store.read(owner) as session:
        return [
            (entry.action, entry.target, entry.before, entry.after)
            for entry in list_entries(session, owner, Wanted())
        ]


def test_a_blank_dashboard_has_no_panels_and_is_not_the_default(store, acme):
    slug = add_blank(store, acme)

    saved = listed(store, acme)[slug]
    assert (saved.title, saved.is_default, saved.edited_by, saved.version) == (
        "Returns", False, 7, 1,
    )  # fmt: skip
    assert is_own(saved)
    assert recorded(store, acme) == [
        ("dashboard_added", "returns", None, {"title": "Returns", "panels": 0})
    ]


def test_a_copy_has_the_panels_and_can_be_deleted(store, acme):
    with changes(store, acme) as change:
        original = dashboards.find_dashboard(change.session, acme, "operations")
        panels = dashboards.list_panels(change.session, acme, "operations")
        new = copy_of(original, panels, Wish("Copy", {"operations"}, 7, 5))
        acts.add_dashboard(change, *new, (), source="operations")

    with store.read(acme) as session:
        assert dashboards.list_panels(session, acme, "copy") == panels
    assert len(panels) > 0
    assert recorded(store, acme)[0][3]["from"] == "operations"
    assert listed(store, acme)["copy"].is_deletable


def test_a_title_becomes_a_slug_that_is_free():
    assert slug_for("Störungen 2026", set()) == "storungen-2026"
    assert slug_for("Returns", {"returns", "returns-2"}) == "returns-3"
    assert slug_for("返品", set()) == "dashboard"
    assert slug_for("Settings", set()) == "settings-2"  # /app/ORG/settings is another page
    assert len(slug_for("x" * 200, set())) == 40


def test_a_rename_that_is_based_on_an_old_version_is_refused(store, acme):
    with changes(store, acme) as change:
        acts.rename_dashboard(change, "operations", "Plant", version=1)

    with pytest.raises(Conflict, match="in the meantime"), changes(store, acme) as change:
        acts.rename_dashboard(change, "operations", "Works", version=1)
    saved = listed(store, acme)["operations"]
    assert (saved.title, saved.version, saved.edited_by, saved.edited_at) == ("Plant", 2, 7, 5)
    assert recorded(store, acme) == [
        ("dashboard_changed", "operations", {"title": "Operations"}, {"title": "Plant"})
    ]


@pytest.mark.parametrize("title", ["", "x" * 201, "a\nb", "a\x00b", "\u202egnp"])
def test_an_invalid_title_is_refused(store, acme, title):
    with pytest.raises(BadInput), changes(store, acme) as change:
        acts.rename_dashboard(change, "operations", title, version=1)

    assert recorded(store, acme) == []


def test_a_new_default_replaces_the_one_that_the_person_saw(store, acme):
    slug = add_blank(store, acme)

    with pytest.raises(Conflict), changes(store, acme) as change:
        acts.make_default(change, slug, instead_of="another")
    with changes(store, acme, now=6) as change:
        acts.make_default(change, slug, instead_of="operations")
    assert [s for s, saved in listed(store, acme).items() if saved.is_default] == [slug]
    assert recorded(store, acme)[0] == (
        "dashboard_changed", slug, {"default": "operations"}, {"default": slug},
    )  # fmt: skip


def test_deleting_the_default_leaves_another_default(store, acme):
    slug = add_blank(store, acme)
    with changes(store, acme, now=6) as change:
        acts.make_default(change, slug, instead_of="operations")

    with changes(store, acme, now=7) as change:
        acts.remove_dashboard(change, slug, version=1)

    assert listed(store, acme)["operations"].is_default
    assert recorded(store, acme)[0][:3] == (
        "dashboard_removed", slug, {"title": "Returns", "panels": 0},
    )  # fmt: skip


def test_the_last_dashboard_and_a_fixed_one_stay(store, acme):
    with pytest.raises(Forbidden, match="only dashboard"), changes(store, acme) as change:
        acts.remove_dashboard(change, "operations", version=1)
    add_blank(store, acme)
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", is_deletable=False)
    with pytest.raises(Forbidden, match="board does not allow"), changes(store, acme) as change:
        acts.remove_dashboard(change, "operations", version=1)

    assert "operations" in listed(store, acme)


def test_a_dashboard_of_another_org_is_not_found(store, acme, rival):
    slug = add_blank(store, rival)

    for act in (
        lambda change: acts.remove_dashboard(change, slug, version=1),
        lambda change: acts.rename_dashboard(change, slug, "Mine", version=1),
        lambda change: acts.make_default(change, slug, instead_of="operations"),
    ):
        with pytest.raises(NotFound), changes(store, acme) as change:
            act(change)
    assert listed(store, rival)[slug].title == "Returns"


def test_an_org_has_a_bounded_number_of_dashboards(store, acme, monkeypatch):
    monkeypatch.setattr(acts, "MAX_DASHBOARDS", 2)
    add_blank(store, acme)

    with pytest.raises(Conflict, match="at most 2"):
        add_blank(store, acme, "Another")
