"""A dashboard is provisioned completely or not at all, once, and keeps what users changed."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from dashapp.dashboards import provision as provision_module
from dashapp.dashboards.adding import add_orgs, first_rows
from dashapp.dashboards.arrange import Layout, arrange, layout_of
from dashapp.dashboards.provision import add_org, plan, provision
from dashapp.dashboards.template import PanelTemplate
from dashapp.domain.errors import BadInput, Conflict, Forbidden, NotFound
from dashapp.queries.saved_dashboards import saved_dashboards, saved_panels
from dashapp.store import migrate
from dashapp.store.boards.loading import built_in_definitions
from dashapp.store.orgs import dashboards, orgs
from dashapp.store.orgs.dashboards import find_dashboard, list_dashboards, list_panels
from dashapp.store.orgs.defaults import delete, make_default
from dashapp.store.orgs.new_orgs import NewOrg
from tests.factories import event, scope, send
from tests.templates import CONVERSATIONS, OPERATIONS

SEARCHES, PRODUCTS = "conversations.search_term", "conversations.product_added_to_cart"


def count_rows(store, owner, table: str) -> int:
    with store.read(owner) as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def panel_slugs(store, owner, dashboard="conversations") -> list[str]:
    with store.read(owner) as session:
        return [panel.widget for panel in list_panels(session, owner, dashboard)]


def dashboard_of(store, owner, slug="conversations"):
    with store.read(owner) as session:
        return find_dashboard(session, owner, slug)


def provision_conversations(store, owner, project="default", **options):
    return provision(store, owner, CONVERSATIONS, project, now=2, **options)


def rearrange(store, owner, change, dashboard="conversations"):
    """Apply `change` to the panels and save the layout."""
    with store.write(owner) as session:
        saved = layout_of(session, owner, dashboard)
        layout = Layout(change(list(saved.layout.panels)), saved.layout.opens_with)
        arrange(session, owner, dashboard, layout, version=saved.version, by=1, now=3)


@pytest.fixture
def shop(store, acme):
    """A second project of Acme."""
    send(store, acme, [event(project="shop")])
    return "shop"


def test_a_new_org_has_the_operations_dashboard(store, acme):
    with store.read(acme) as session:
        (only,) = saved_dashboards(session, acme)
        assert only[:3] == ("operations", "Operations", None)
        assert [panel.widget for panel in saved_panels(session, acme)] == [
            "total-validations",
            "total-errors",
            "success-rate",
            "total-warnings",
            "events-time-series",
            "users-time-series",
            "runs-by-outcome",
            "warnings-by-code",
        ]
        projects = session.execute(text("SELECT slug FROM projects")).scalars().all()
    assert projects == ["default"]


def test_a_new_org_is_in_utc_and_english(acme):
    assert (acme.org.timezone, acme.org.locale) == ("UTC", "en")


def test_an_org_cannot_be_added_twice(store, acme):
    with pytest.raises(Conflict):
        add_org(store, scope, "acme", now=1)


@pytest.mark.parametrize("slug", ["", "Acme", "-acme", "a" * 64, "a/b", "ä", "acme\n"])
def test_an_invalid_slug_is_rejected(store, slug):
    with pytest.raises(BadInput):
        add_org(store, scope, slug, now=1)


def test_an_unknown_time_zone_is_rejected(store):
    with pytest.raises(BadInput):
        add_org(store, scope, "acme", now=1, timezone="Mars/Olympus")


def test_a_failure_midway_leaves_no_org(store):
    first = first_rows(built_in_definitions(), None, now=1)
    ((dashboard, panels),) = first.dashboards
    broken = first._replace(dashboards=[(dashboard._replace(title=None), panels)])

    with pytest.raises(IntegrityError):
        list(add_orgs(store, scope, [NewOrg("acme", "Acme")], broken))

    with store.read_shared() as session:
        assert orgs.list_orgs(session) == []


@pytest.mark.parametrize("name", ["x" * 201, "a\x00b", "a\ud800", "a\nb"])
def test_an_invalid_name_is_rejected(store, name):
    with pytest.raises(BadInput):
        add_org(store, scope, "acme", now=1, name=name)


def test_the_conversations_dashboard_matches_its_template(store, acme):
    assert provision_conversations(store, acme) == ("conversations", True, [SEARCHES, PRODUCTS])

    dashboard = dashboard_of(store, acme)
    assert dashboard._replace(created_at=0) == (
        "conversations", "default", "default", "conversations", "conversations_dashboard.title",
        "Conversations dashboard", False, False, True, [0, 0],
        {"type": "conversational", "show_tool_result": True, "show_agent_invocation": True},
        [SEARCHES, PRODUCTS], None, 1, None, None, 0,
    )  # fmt: skip
    with store.read(acme) as session:
        assert list_panels(session, acme, "conversations") == [
            (SEARCHES, None, None, False, {}, "conversations"),
            (PRODUCTS, None, None, False, {}, "conversations"),
        ]


def test_the_name_type_and_source_of_a_template_panel_are_its_widget():
    for panel, name in zip(CONVERSATIONS.panels, (SEARCHES, PRODUCTS), strict=True):
        assert (panel.name, panel.type, panel.source) == (name, name, name)
        assert (panel.position, panel.config) == ((), {})


def test_a_template_panel_with_a_position_is_rejected():
    with pytest.raises(ValueError, match="position must be empty"):
        PanelTemplate("total-errors", position=(0, 1))


def test_create_rejects_an_existing_dashboard_and_writes_nothing(store, acme):
    provision_conversations(store, acme, is_strict=True)
    before = count_rows(store, acme, "panels")

    with pytest.raises(Conflict, match=r"^Conversation dashboard already exists for this project$"):
        provision_conversations(store, acme, is_strict=True)

    assert (count_rows(store, acme, "dashboards"), count_rows(store, acme, "panels")) == (2, before)


@pytest.mark.parametrize("is_strict", [True, False])
def test_a_second_panel_that_fails_leaves_no_dashboard_and_no_panel(store, acme, is_strict):
    """The template has the same panel twice, and the database rejects the second one."""
    broken = replace(
        CONVERSATIONS, panels=(CONVERSATIONS.panels[0], PanelTemplate(SEARCHES))
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        provision(store, acme, broken, now=2, is_strict=is_strict)

    with store.read(acme) as session:
        assert [dashboard.slug for dashboard in list_dashboards(session, acme)] == ["operations"]
    assert panel_slugs(store, acme) == []


def test_ensure_does_nothing_the_second_time(store, acme):
    provision_conversations(store, acme)
    before = dashboard_of(store, acme)

    assert provision_conversations(store, acme) == ("conversations", False, [])
    assert dashboard_of(store, acme) == before
    assert panel_slugs(store, acme) == [SEARCHES, PRODUCTS]


def test_ensure_takes_no_lock_if_there_is_nothing_to_do(store, acme, monkeypatch):
    provision_conversations(store, acme)
    monkeypatch.setattr(provision_module, "lock", lambda *_: 1 / 0)

    assert provision_conversations(store, acme).added == []


def template_with(*widgets):
    return replace(CONVERSATIONS, panels=tuple(PanelTemplate(name) for name in widgets))


def test_ensure_adds_new_panels_in_the_order_of_the_template(store, acme):
    provision_conversations(store, acme)

    provisioned = provision(store, acme, template_with("total-errors", SEARCHES, PRODUCTS), now=4)

    assert provisioned == ("conversations", False, ["total-errors"])
    assert panel_slugs(store, acme) == ["total-errors", SEARCHES, PRODUCTS]
    assert dashboard_of(store, acme).version == 2


def test_ensure_keeps_what_users_changed(store, acme):
    provision_conversations(store, acme)

    def change(panels):
        first, second = panels
        return [
            second._replace(title="Our carts", size="full", config={"limit": 5}),
            first._replace(is_hidden=True),
        ]

    rearrange(store, acme, change)
    provision(store, acme, template_with("total-errors", SEARCHES, PRODUCTS), now=4)

    with store.read(acme) as session:
        assert list_panels(session, acme, "conversations") == [
            (PRODUCTS, "Our carts", "full", False, {"limit": 5}, "conversations"),
            (SEARCHES, None, None, True, {}, "conversations"),
            ("total-errors", None, None, False, {}, None),
        ]


def test_a_removed_panel_stays_removed(store, acme):
    provision_conversations(store, acme)
    rearrange(store, acme, lambda panels: panels[1:])

    assert provision_conversations(store, acme).added == []
    provision(store, acme, template_with(SEARCHES, PRODUCTS, "total-errors"), now=4)

    assert panel_slugs(store, acme) == [PRODUCTS, "total-errors"]


def test_a_panel_that_a_user_added_is_not_added_again(store, acme):
    provision_conversations(store, acme)
    rearrange(store, acme, lambda panels: [panels[0]._replace(widget="total-errors"), *panels])

    assert (
        provision(store, acme, template_with(SEARCHES, PRODUCTS, "total-errors"), now=4).added == []
    )
    assert panel_slugs(store, acme) == ["total-errors", SEARCHES, PRODUCTS]


def test_a_dashboard_of_an_earlier_version_gets_new_panels_in_template_order(store, acme):
    """As left by migration 0003: four panels, and no record of the panels offered."""
    old = ("total-validations", "total-errors", "events-time-series", "users-time-series")
    with store.write(acme) as session:
        panels = [p for p in list_panels(session, acme, "operations") if p.widget in old]
        dashboards.put_panels(session, acme, "operations", panels, now=1)
        dashboards.set_dashboard(session, acme, "operations", offered=[])

    provision(store, acme, OPERATIONS, now=2)

    assert panel_slugs(store, acme, "operations") == OPERATIONS.widgets


@pytest.mark.parametrize("is_strict", [True, False])
def test_sixteen_concurrent_runs_create_one_dashboard(store, acme, is_strict, monkeypatch):
    """Each pauses between reading and writing, so that without a lock they would conflict."""
    read = dashboards.dashboard_of_template

    def read_slowly(*args):
        dashboard = read(*args)
        time.sleep(0.02)
        return dashboard

    monkeypatch.setattr(dashboards, "dashboard_of_template", read_slowly)

    def run(_number):
        try:
            return provision_conversations(store, acme, is_strict=is_strict).is_new
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(16) as pool:
        outcomes = Counter(pool.map(run, range(16)))

    assert outcomes == {True: 1, ("refused" if is_strict else False): 15}
    assert count_rows(store, acme, "dashboards") == 2
    assert panel_slugs(store, acme) == [SEARCHES, PRODUCTS]


@pytest.mark.parametrize(
    "copy",
    [
        {"slug": "twin", "is_default": False},  # the same template in the same project
        {"slug": "twin", "template": "other"},  # two defaults
        {"template": "other", "is_default": False},  # the same slug
    ],
)
def test_the_database_rejects_duplicate_dashboards(store, acme, copy):
    with store.read(acme) as session:
        (operations,) = list_dashboards(session, acme)

    with pytest.raises(Conflict), store.write(acme) as session:
        dashboards.insert_dashboard(session, acme, operations._replace(**copy))

    assert count_rows(store, acme, "dashboards") == 1


def test_another_project_has_its_own_dashboard(store, acme, shop):
    provision_conversations(store, acme)
    provision_conversations(store, acme, shop)

    with store.read(acme) as session:
        placed = [(d.slug, d.home, d.project, d.is_default) for d in list_dashboards(session, acme)]
    assert sorted(placed) == [
        ("conversations", "default", "default", False),
        ("conversations-shop", "shop", "shop", True),
        ("operations", "default", None, True),
    ]


def test_the_operations_dashboard_of_a_project_shows_that_project(store, acme, shop):
    provision(store, acme, OPERATIONS, shop, now=2)

    assert dashboard_of(store, acme, "operations-shop").project == "shop"


def test_slugs_for_long_project_names_are_short_and_unique(store, acme):
    names = ["a" * 63, "a" * 62 + "b"]
    send(store, acme, [event(project=name) for name in names])

    dashboard_slugs = [provision_conversations(store, acme, name).slug for name in names]

    assert len(set(dashboard_slugs)) == 2
    assert {len(slug) for slug in dashboard_slugs} == {63}


def test_an_unknown_project_is_rejected(store, acme, rival):
    send(store, rival, [event(project="secret")])

    for name in ("secret", "nothing"):
        with pytest.raises(NotFound):
            provision_conversations(store, acme, name)


def test_a_plan_changes_nothing(store, acme):
    assert plan(store, acme, CONVERSATIONS) == ("conversations", True, [SEARCHES, PRODUCTS])

    assert count_rows(store, acme, "dashboards") == 1


def test_deleting_the_default_makes_another_the_default(store, acme):
    provision_conversations(store, acme)
    with store.write(acme) as session:
        delete(session, acme, "operations")

    assert dashboard_of(store, acme).is_default
    assert count_rows(store, acme, "panels") == 2


def test_deleting_the_last_dashboard_leaves_none(store, acme):
    with store.write(acme) as session:
        delete(session, acme, "operations")

    assert (count_rows(store, acme, "dashboards"), count_rows(store, acme, "panels")) == (0, 0)


def test_deleting_another_dashboard_keeps_the_default(store, acme, shop):
    provision(store, acme, OPERATIONS, shop, now=2)
    with store.write(acme) as session:
        delete(session, acme, "operations-shop")

    assert dashboard_of(store, acme, "operations").is_default


def test_a_dashboard_that_is_not_deletable_is_not_deleted(store, acme):
    provision_conversations(store, acme)

    with pytest.raises(Forbidden), store.write(acme) as session:
        delete(session, acme, "conversations")

    assert count_rows(store, acme, "dashboards") == 2


def test_a_deleted_dashboard_can_be_provisioned_again(store, acme):
    with store.write(acme) as session:
        delete(session, acme, "operations")

    assert provision(store, acme, OPERATIONS, now=3).is_new
    assert dashboard_of(store, acme, "operations").is_default


def test_another_dashboard_can_become_the_default(store, acme):
    provision_conversations(store, acme)
    with store.write(acme) as session:
        make_default(session, acme, "conversations")

    with store.read(acme) as session:
        defaults = [(d.slug, d.is_default) for d in list_dashboards(session, acme)]
    assert defaults == [("conversations", True), ("operations", False)]


def test_an_org_does_not_see_dashboards_of_another_org(store, acme, rival):
    provision_conversations(store, acme)

    with store.read(rival) as session:
        assert [dashboard.slug for dashboard in list_dashboards(session, rival)] == ["operations"]
    assert plan(store, rival, CONVERSATIONS).is_new


def test_an_org_can_be_added_with_several_dashboards(store):
    owner = scope(add_org(store, scope, "acme", now=1, boards=["operations", "conversations"]))

    assert panel_slugs(store, owner) == [SEARCHES, PRODUCTS]
    assert dashboard_of(store, owner, "operations").is_default


def test_a_panel_that_a_user_added_and_removed_stays_removed(store, acme):
    provision_conversations(store, acme)
    rearrange(store, acme, lambda panels: [panels[0]._replace(widget="total-errors"), *panels])
    provision(store, acme, template_with(SEARCHES, PRODUCTS, "total-errors"), now=4)
    rearrange(store, acme, lambda panels: panels[1:])

    assert (
        provision(store, acme, template_with(SEARCHES, PRODUCTS, "total-errors"), now=5).added == []
    )
    assert panel_slugs(store, acme) == [SEARCHES, PRODUCTS]


def test_projects_keep_their_dashboards_after_a_downgrade_and_upgrade(store, acme, shop):
    provision_conversations(store, acme)
    provision_conversations(store, acme, shop)
    provision(store, acme, OPERATIONS, shop, now=2)
    url = store.url.render_as_string(hide_password=False)

    migrate.downgrade(url, revision="0002")
    migrate.upgrade(url)
    rearrange(
        store, acme, lambda panels: [p for p in panels if p.widget != "total-errors"], "operations"
    )
    provision(store, acme, OPERATIONS, now=3)

    with store.read(acme) as session:
        placed = {(d.slug, d.home, d.project, d.is_default) for d in list_dashboards(session, acme)}
    assert placed == {
        ("operations", "default", None, True),
        ("conversations", "default", "default", False),
        ("conversations-shop", "shop", "shop", True),
        ("operations-shop", "shop", "shop", False),
    }
    assert "total-errors" not in panel_slugs(store, acme, "operations")
