"""A dashboard is provisioned whole or not at all, once, and keeps what people made of it."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from dashapp.dashboards import provision as provision_module
from dashapp.dashboards.arrange import Layout, arrange, layout_of
from dashapp.dashboards.conversations import CONVERSATIONS
from dashapp.dashboards.defaults import delete, make_default
from dashapp.dashboards.operations import OPERATIONS
from dashapp.dashboards.provision import add_org, plan, provision
from dashapp.dashboards.template import PanelTemplate
from dashapp.domain.errors import BadInput, Conflict, Forbidden, NotFound
from dashapp.queries.saved_dashboards import saved_dashboards, saved_panels
from dashapp.store import migrate
from dashapp.store.orgs import dashboards, orgs
from dashapp.store.orgs.dashboards import find_dashboard, list_dashboards, list_panels
from tests.factories import event, scope, send

SEARCHES, PRODUCTS = "conversations.search_term", "conversations.product_added_to_cart"


def rows(store, owner, table: str) -> int:
    with store.reading(owner) as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def slugs(store, owner, dashboard="conversations") -> list[str]:
    with store.reading(owner) as session:
        return [panel.widget for panel in list_panels(session, owner, dashboard)]


def found(store, owner, slug="conversations"):
    with store.reading(owner) as session:
        return find_dashboard(session, owner, slug)


def conversations(store, owner, project="default", **how):
    return provision(store, owner, CONVERSATIONS, project, now=2, **how)


def lay_out(store, owner, change, dashboard="conversations"):
    """Save what `change` makes of the panels."""
    with store.writing(owner) as session:
        saved = layout_of(session, owner, dashboard)
        layout = Layout(change(list(saved.layout.panels)), saved.layout.opens_with)
        arrange(session, owner, dashboard, layout, version=saved.version, by=1, now=3)


@pytest.fixture
def shop(store, acme):
    """A second project of Acme's."""
    send(store, acme, [event(project="shop")])
    return "shop"


def test_a_new_org_has_the_operations_board(store, acme):
    with store.reading(acme) as session:
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
    monkeypatch.setattr(dashboards, "put_panels", lambda *_a, **_k: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        add_org(store, scope, "acme", now=1)

    with store.shared() as session:
        assert orgs.list_orgs(session) == []


@pytest.mark.parametrize("name", ["x" * 201, "a\x00b", "a\ud800", "a\nb"])
def test_a_name_that_cannot_be_is_refused(store, name):
    with pytest.raises(BadInput):
        add_org(store, scope, "acme", now=1, name=name)


def test_the_conversations_dashboard_is_what_its_template_says(store, acme):
    assert conversations(store, acme) == ("conversations", True, [SEARCHES, PRODUCTS])

    made = found(store, acme)
    assert made._replace(created_at=0) == (
        "conversations", "default", "default", "conversations", "conversations_dashboard.title",
        "Conversations dashboard", False, False, True, [0, 0],
        {"type": "conversational", "show_tool_result": True, "show_agent_invocation": True},
        [SEARCHES, PRODUCTS], None, 1, None, None, 0,
    )  # fmt: skip
    with store.reading(acme) as session:
        assert list_panels(session, acme, "conversations") == [
            (SEARCHES, None, None, False, {}),
            (PRODUCTS, None, None, False, {}),
        ]


def test_a_panel_of_a_template_is_named_typed_and_fed_by_its_widget():
    for panel, name in zip(CONVERSATIONS.panels, (SEARCHES, PRODUCTS), strict=True):
        assert (panel.name, panel.type, panel.source) == (name, name, name)
        assert (panel.position, panel.config) == ((), {})


def test_a_position_that_nothing_would_follow_is_refused():
    with pytest.raises(ValueError, match="leave position empty"):
        PanelTemplate("total-errors", position=(0, 1))


def test_create_refuses_what_is_there_and_writes_nothing(store, acme):
    conversations(store, acme, is_strict=True)
    before = rows(store, acme, "panels")

    with pytest.raises(Conflict, match=r"^Conversation dashboard already exists for this project$"):
        conversations(store, acme, is_strict=True)

    assert (rows(store, acme, "dashboards"), rows(store, acme, "panels")) == (2, before)


@pytest.mark.parametrize("is_strict", [True, False])
def test_a_second_panel_that_fails_leaves_no_dashboard_and_no_panel(store, acme, is_strict):
    """The planted fault: the database refuses the second panel, the first one again."""
    broken = replace(
        CONVERSATIONS, panels=(CONVERSATIONS.panels[0], PanelTemplate(SEARCHES))
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        provision(store, acme, broken, now=2, is_strict=is_strict)

    with store.reading(acme) as session:
        assert [one.slug for one in list_dashboards(session, acme)] == ["operations"]
    assert slugs(store, acme) == []


def test_ensure_does_nothing_the_second_time(store, acme):
    conversations(store, acme)
    before = found(store, acme)

    assert conversations(store, acme) == ("conversations", False, [])
    assert found(store, acme) == before
    assert slugs(store, acme) == [SEARCHES, PRODUCTS]


def test_nothing_to_do_takes_no_lock(store, acme, monkeypatch):
    conversations(store, acme)
    monkeypatch.setattr(provision_module, "lock", lambda *_: 1 / 0)

    assert conversations(store, acme).added == []


def grown(*widgets):
    return replace(CONVERSATIONS, panels=tuple(PanelTemplate(name) for name in widgets))


def test_ensure_adds_what_the_template_gained_in_its_order(store, acme):
    conversations(store, acme)

    done = provision(store, acme, grown("total-errors", SEARCHES, PRODUCTS), now=4)

    assert done == ("conversations", False, ["total-errors"])
    assert slugs(store, acme) == ["total-errors", SEARCHES, PRODUCTS]
    assert found(store, acme).version == 2


def test_ensure_keeps_what_the_customer_changed(store, acme):
    conversations(store, acme)

    def change(panels):
        first, second = panels
        return [
            second._replace(title="Our carts", size="full", config={"limit": 5}),
            first._replace(is_hidden=True),
        ]

    lay_out(store, acme, change)
    provision(store, acme, grown("total-errors", SEARCHES, PRODUCTS), now=4)

    with store.reading(acme) as session:
        assert list_panels(session, acme, "conversations") == [
            (PRODUCTS, "Our carts", "full", False, {"limit": 5}),
            (SEARCHES, None, None, True, {}),
            ("total-errors", None, None, False, {}),
        ]


def test_a_panel_that_was_removed_stays_removed(store, acme):
    conversations(store, acme)
    lay_out(store, acme, lambda panels: panels[1:])

    assert conversations(store, acme).added == []
    provision(store, acme, grown(SEARCHES, PRODUCTS, "total-errors"), now=4)

    assert slugs(store, acme) == [PRODUCTS, "total-errors"]


def test_a_panel_that_somebody_added_is_not_added_again(store, acme):
    conversations(store, acme)
    lay_out(store, acme, lambda panels: [panels[0]._replace(widget="total-errors"), *panels])

    assert provision(store, acme, grown(SEARCHES, PRODUCTS, "total-errors"), now=4).added == []
    assert slugs(store, acme) == ["total-errors", SEARCHES, PRODUCTS]


def test_a_dashboard_of_an_earlier_version_gets_the_new_panels_in_their_place(store, acme):
    """As migration 0003 leaves it: four panels, and nothing known of what was offered."""
    old = ("total-validations", "total-errors", "events-time-series", "users-time-series")
    with store.writing(acme) as session:
        panels = [p for p in list_panels(session, acme, "operations") if p.widget in old]
        dashboards.put_panels(session, acme, "operations", panels, now=1)
        dashboards.set_dashboard(session, acme, "operations", offered=[])

    provision(store, acme, OPERATIONS, now=2)

    assert slugs(store, acme, "operations") == OPERATIONS.widgets


@pytest.mark.parametrize("is_strict", [True, False])
def test_sixteen_at_once_make_one_dashboard(store, acme, is_strict, monkeypatch):
    """Each takes its time between looking and writing, so that without a lock they would meet."""
    look = dashboards.dashboard_of_template

    def look_slowly(*args):
        seen = look(*args)
        time.sleep(0.02)
        return seen

    monkeypatch.setattr(dashboards, "dashboard_of_template", look_slowly)

    def run(_number):
        try:
            return conversations(store, acme, is_strict=is_strict).is_new
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(16) as pool:
        answers = Counter(pool.map(run, range(16)))

    assert answers == {True: 1, ("refused" if is_strict else False): 15}
    assert rows(store, acme, "dashboards") == 2
    assert slugs(store, acme) == [SEARCHES, PRODUCTS]


@pytest.mark.parametrize(
    "copy",
    [
        {"slug": "twin", "is_default": False},  # the same template in the same project
        {"slug": "twin", "template": "other"},  # two defaults
        {"template": "other", "is_default": False},  # the same slug
    ],
)
def test_duplicates_are_impossible_whoever_writes_them(store, acme, copy):
    with store.reading(acme) as session:
        (operations,) = list_dashboards(session, acme)

    with pytest.raises(Conflict), store.writing(acme) as session:
        dashboards.insert_dashboard(session, acme, operations._replace(**copy))

    assert rows(store, acme, "dashboards") == 1


def test_another_project_has_a_dashboard_of_its_own(store, acme, shop):
    conversations(store, acme)
    conversations(store, acme, shop)

    with store.reading(acme) as session:
        rows_ = [(d.slug, d.home, d.project, d.is_default) for d in list_dashboards(session, acme)]
    assert sorted(rows_) == [
        ("conversations", "default", "default", False),
        ("conversations-shop", "shop", "shop", True),
        ("operations", "default", None, True),
    ]


def test_the_operations_board_of_a_project_shows_that_project(store, acme, shop):
    provision(store, acme, OPERATIONS, shop, now=2)

    assert found(store, acme, "operations-shop").project == "shop"


def test_slugs_of_long_projects_stay_short_and_different(store, acme):
    names = ["a" * 63, "a" * 62 + "b"]
    send(store, acme, [event(project=name) for name in names])

    made = [conversations(store, acme, name).slug for name in names]

    assert len(set(made)) == 2
    assert {len(slug) for slug in made} == {63}


def test_a_project_that_is_not_there_is_refused(store, acme, rival):
    send(store, rival, [event(project="secret")])

    for name in ("secret", "nothing"):
        with pytest.raises(NotFound):
            conversations(store, acme, name)


def test_a_plan_changes_nothing(store, acme):
    assert plan(store, acme, CONVERSATIONS) == ("conversations", True, [SEARCHES, PRODUCTS])

    assert rows(store, acme, "dashboards") == 1


def test_deleting_the_default_makes_another_the_default(store, acme):
    conversations(store, acme)
    with store.writing(acme) as session:
        delete(session, acme, "operations")

    assert found(store, acme).is_default
    assert rows(store, acme, "panels") == 2


def test_deleting_the_last_one_leaves_none(store, acme):
    with store.writing(acme) as session:
        delete(session, acme, "operations")

    assert (rows(store, acme, "dashboards"), rows(store, acme, "panels")) == (0, 0)


def test_deleting_another_leaves_the_default_alone(store, acme, shop):
    provision(store, acme, OPERATIONS, shop, now=2)
    with store.writing(acme) as session:
        delete(session, acme, "operations-shop")

    assert found(store, acme, "operations").is_default


def test_what_cannot_be_deleted_is_not(store, acme):
    conversations(store, acme)

    with pytest.raises(Forbidden), store.writing(acme) as session:
        delete(session, acme, "conversations")

    assert rows(store, acme, "dashboards") == 2


def test_a_deleted_dashboard_can_be_provisioned_again(store, acme):
    with store.writing(acme) as session:
        delete(session, acme, "operations")

    assert provision(store, acme, OPERATIONS, now=3).is_new
    assert found(store, acme, "operations").is_default


def test_the_default_can_be_another(store, acme):
    conversations(store, acme)
    with store.writing(acme) as session:
        make_default(session, acme, "conversations")

    with store.reading(acme) as session:
        answer = [(d.slug, d.is_default) for d in list_dashboards(session, acme)]
    assert answer == [("conversations", True), ("operations", False)]


def test_one_org_does_not_see_anothers_dashboards(store, acme, rival):
    conversations(store, acme)

    with store.reading(rival) as session:
        assert [one.slug for one in list_dashboards(session, rival)] == ["operations"]
    assert plan(store, rival, CONVERSATIONS).is_new


def test_an_org_is_added_with_more_dashboards(store):
    owner = scope(add_org(store, scope, "acme", now=1, templates=[OPERATIONS, CONVERSATIONS]))

    assert slugs(store, owner) == [SEARCHES, PRODUCTS]
    assert found(store, owner, "operations").is_default


def test_what_somebody_put_there_first_and_then_removed_stays_removed(store, acme):
    conversations(store, acme)
    lay_out(store, acme, lambda panels: [panels[0]._replace(widget="total-errors"), *panels])
    provision(store, acme, grown(SEARCHES, PRODUCTS, "total-errors"), now=4)
    lay_out(store, acme, lambda panels: panels[1:])

    assert provision(store, acme, grown(SEARCHES, PRODUCTS, "total-errors"), now=5).added == []
    assert slugs(store, acme) == [SEARCHES, PRODUCTS]


def test_after_down_and_up_again_projects_keep_their_dashboards(store, acme, shop):
    conversations(store, acme)
    conversations(store, acme, shop)
    provision(store, acme, OPERATIONS, shop, now=2)
    url = store.url.render_as_string(hide_password=False)

    migrate.downgrade(url, revision="0002")
    migrate.upgrade(url)
    lay_out(
        store, acme, lambda panels: [p for p in panels if p.widget != "total-errors"], "operations"
    )
    provision(store, acme, OPERATIONS, now=3)

    with store.reading(acme) as session:
        found_ = {(d.slug, d.home, d.project, d.is_default) for d in list_dashboards(session, acme)}
    assert found_ == {
        ("operations", "default", None, True),
        ("conversations", "default", "default", False),
        ("conversations-shop", "shop", "shop", True),
        ("operations-shop", "shop", "shop", False),
    }
    assert "total-errors" not in slugs(store, acme, "operations")
