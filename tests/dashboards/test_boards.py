"""Dashboards of applied boards: what they get, and the tallies that their orgs then keep."""

import pytest

from dashapp.cli.context import operator_scope
from dashapp.dashboards.arrange import Layout, arrange, layout_of
from dashapp.dashboards.needs import declare_missing, missing_tallies
from dashapp.dashboards.provision import add_org, provision
from dashapp.dashboards.templates import template_named
from dashapp.domain.errors import NotFound
from dashapp.domain.metrics.tallies import STANDARD, Tally
from dashapp.store.boards.loading import definitions_of
from dashapp.store.orgs.dashboards import find_dashboard, list_panels
from dashapp.store.orgs.states import org_state
from tests.boards import SHOP, apply
from tests.factories import event, scope, send

ORDERS = Tally(types=("order.paid",), by="channel")
CUSTOMERS = '  { metric = "customers", show = "number" },\n'


def needs(_definitions, panels):
    """Panels of the board shop need a tally of orders."""
    return [ORDERS] if any(panel.board == "shop" for panel in panels) else []


def template(store, name: str = "shop"):
    return template_named(definitions_of(store), name)


def tallies(store, owner) -> list[Tally]:
    with store.read(owner) as session:
        return [kept.tally for kept in org_state(session, owner).tallies]


def panels(store, owner) -> list[tuple]:
    with store.read(owner) as session:
        saved = list_panels(session, owner, "shop")
    return [(panel.widget, panel.title, panel.board) for panel in saved]


def test_the_template_of_a_board_has_its_keys(store):
    keys = 'noun = "Shop board"\ndescription = "Orders"\ndefault = true\nall_projects = false\neditable = false\nconfig = { a = 1 }'
    apply(store, SHOP.replace('opens_with = "30d"', f'opens_with = "90d"\n{keys}'))
    shop = template(store)

    assert (shop.slug, shop.title, shop.noun, shop.description) == ("shop", "Shop", "Shop board", "Orders")  # fmt: skip
    assert (shop.is_default, shop.is_org_wide, shop.is_deletable, shop.is_editable) == (True, False, True, False)  # fmt: skip
    assert (shop.opens_with, shop.config, shop.widgets) == ("90d", {"a": 1}, ["revenue", "customers"])  # fmt: skip


def test_an_unknown_board_is_refused_with_the_names_of_all(store):
    with pytest.raises(NotFound, match=r"^Unknown board x\. Use one of: conversations, findings, operations\.$"):  # fmt: skip
        template(store, "x")


def test_a_new_org_gets_the_boards_of_new_orgs(store):
    apply(store, SHOP)
    owner = scope(add_org(store, scope, "cart", now=1))

    assert panels(store, owner) == [("revenue", None, "shop"), ("customers", None, "shop")]
    with store.read(owner) as session:
        saved = find_dashboard(session, owner, "shop")
    assert (saved.is_default, saved.opens_with, saved.offered) == (True, "30d", ["revenue", "customers"])  # fmt: skip


def test_a_new_org_keeps_the_tallies_of_its_panels_only(store):
    apply(store, SHOP)
    cart = scope(add_org(store, scope, "cart", now=1, needs=needs))
    other = scope(add_org(store, scope, "other", now=1, boards=["operations"], needs=needs))

    assert (tallies(store, cart), tallies(store, other)) == ([ORDERS], [])


def test_provisioning_declares_the_tallies_of_the_panels(store, acme):
    apply(store, SHOP)
    before = tallies(store, acme)
    provision(store, acme, template(store), now=2, tallies=[ORDERS])

    assert before[:3] == [*STANDARD]
    assert tallies(store, acme) == [*before, ORDERS]


def test_a_complete_dashboard_gets_the_tallies_that_it_lacks(store, acme):
    apply(store, SHOP)
    provision(store, acme, template(store), now=2)
    before = tallies(store, acme)

    assert provision(store, acme, template(store), now=3, tallies=[ORDERS]).added == []
    assert tallies(store, acme) == [*before, ORDERS]


def test_missing_tallies_are_found_in_the_orgs_that_have_such_panels(store, acme, rival):
    apply(store, SHOP)
    provision(store, acme, template(store), now=2)
    missing = missing_tallies(store, operator_scope, definitions_of(store), needs)

    assert [(org.scope.org.slug, org.tallies) for org in missing] == [("acme", [ORDERS])]
    declare_missing(store, missing)
    assert (tallies(store, acme)[-1], ORDERS in tallies(store, rival)) == (ORDERS, False)


def test_a_new_panel_reaches_dashboards_and_what_people_changed_stays(store, acme):
    apply(store, SHOP)
    provision(store, acme, template(store), now=2)
    with store.write(acme) as session:
        saved = layout_of(session, acme, "shop")
        first, second = saved.layout.panels
        layout = Layout([second, first._replace(title="Ours")], "7d")
        arrange(session, acme, "shop", layout, version=saved.version, by=1, now=3)
    apply(
        store, SHOP.replace(CUSTOMERS, f'{CUSTOMERS}  {{ metric = "basket", show = "number" }},\n')
    )

    assert provision(store, acme, template(store), now=4).added == ["basket"]
    assert panels(store, acme) == [
        ("customers", None, "shop"),
        ("revenue", "Ours", "shop"),
        ("basket", None, "shop"),
    ]


def test_a_panel_under_its_old_slug_is_not_added_again(store, acme):
    apply(store, SHOP)
    provision(store, acme, template(store), now=2)
    renamed = '  { slug = "buyers", was = ["customers"], metric = "customers", show = "number" },\n'
    apply(store, SHOP.replace(CUSTOMERS, renamed))

    assert provision(store, acme, template(store), now=3).added == []
    assert panels(store, acme) == [("revenue", None, "shop"), ("customers", None, "shop")]


def test_a_project_gets_its_own_dashboard_of_a_board(store, acme):
    apply(store, SHOP)
    send(store, acme, [event(project="north")])

    assert provision(store, acme, template(store), "north", now=2).slug == "shop-north"
    with store.read(acme) as session:
        assert find_dashboard(session, acme, "shop-north").project == "north"
