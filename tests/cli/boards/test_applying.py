"""`dashapp boards apply`, `export` and `remove`."""

from pathlib import Path

import pytest

from dashapp.dashboards.provision import add_org
from dashapp.store.boards.loading import definitions_of
from dashapp.store.orgs.dashboards import list_dashboards, list_panels
from tests import factories
from tests.boards import EXAMPLES, SHOP

pytestmark = pytest.mark.both_databases
GIVE = "give it to orgs with: dashapp provision shop (--org SLUG | --all-orgs)"
PLAN = f"""Metrics
  + revenue
  + customers
  + basket
Board shop
  + shop   2 panels; {GIVE}
New orgs
  ~ new_orgs: operations → shop
Plan: 4 added, 1 changed. """
PANEL = '  {{ metric = "{}", show = "number" }},\n'


@pytest.fixture
def shop(tmp_path):
    """Return a function that writes a board file."""

    def write(text: str = SHOP, name: str = "shop.toml") -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def dashboards(store, owner) -> list[str]:
    with store.read(owner) as session:
        return [dashboard.slug for dashboard in list_dashboards(session, owner)]


def panels(store, owner, dashboard: str) -> list[tuple[str | None, str]]:
    with store.read(owner) as session:
        return [(panel.board, panel.widget) for panel in list_panels(session, owner, dashboard)]


def test_a_file_is_applied_once(run, shop):
    path = shop()

    assert (
        run("boards", "apply", path, "--dry-run").stdout == f"{PLAN}Nothing stored (--dry-run).\n"
    )
    assert run("boards", "apply", path).stdout == f"{PLAN}Stored as version 1.\n"
    assert run("boards", "apply", path).stdout == "No changes.\n"
    assert run("boards", "apply", path, "--dry-run").stdout == "No changes.\n"


def test_the_plan_of_a_change(run, shop, store, acme, rival):
    run("boards", "apply", shop())
    run("provision", "shop", "--all-orgs")
    text = SHOP.replace('unit = "EUR"', 'unit = "EUR", where = { properties.currency = ["EUR"] }')
    text = text.replace("customers = {", 'buyers = { was = ["customers"],')
    text = text.replace('basket = { ratio = ["revenue", "customers"] }', 'refunds = { events = ["order.refunded"] }')  # fmt: skip
    text = text.replace("panels = [\n", "panels = [\n" + PANEL.format("refunds"))

    assert (
        run("boards", "apply", shop(text), "--dry-run").stdout
        == """Metrics
  ~ revenue.where: none → properties.currency = EUR   numbers change, past ones too
  → customers is now buyers; panels, tokens and addresses with the old name keep working
  + refunds
  · basket is not in this file: kept ("dashapp boards remove basket")
Board shop
  + refunds   reaches 2 dashboards with: dashapp provision shop --all-orgs
Counting ahead: 1 tally in 2 orgs; answered from events until counted.
Plan: 1 added, 1 changed, 1 renamed. Nothing stored (--dry-run).
"""
    )


def test_a_faulty_file_is_refused_with_its_line_and_nothing_is_stored(run, shop, store):
    faulty = shop(SHOP.replace('show = "number"', 'show = "list"', 1), "faulty.toml")

    result = run("boards", "apply", shop(), faulty, exits=1)

    assert result.stdout == ""
    assert result.stderr == f'{faulty}:13: boards.shop.panels[0]: show = "list" needs "by".\n'
    assert definitions_of(store).version == 0


def test_a_file_that_does_not_exist_is_refused(run, shop, store):
    result = run("boards", "apply", shop(), "no.toml", exits=1)

    assert result.stderr == "no.toml: No such file or directory\n"
    assert definitions_of(store).version == 0


def test_an_export_can_be_piped_into_apply(run, shop):
    run("boards", "apply", shop())

    text = run("boards", "export").stdout

    assert run("boards", "apply", "-", stdin=text).stdout == "No changes.\n"


def test_the_boards_of_an_org_are_exported(run, shop, acme):
    run("boards", "apply", shop())
    run("provision", "shop", "--org", "acme")

    text = run("boards", "export", "--org", "acme").stdout

    assert [line for line in text.splitlines() if line.startswith("[boards")] == ["[boards.shop]", "[boards.operations]"]  # fmt: skip
    assert run("boards", "apply", "-", stdin=text).stdout == "No changes.\n"


def test_all_six_files_are_applied_one_after_another(run, shop):
    operations = run("boards", "export", "operations").stdout.replace("Warnings", "Alerts")
    for path in (*map(str, sorted(EXAMPLES.glob("*.toml"))), shop(operations, "operations.toml")):
        assert "Stored as version" in run("boards", "apply", path).stdout
        assert run("boards", "apply", path).stdout == "No changes.\n"


def test_new_orgs_get_the_boards_of_the_file(run, shop, store):
    run("boards", "apply", shop())

    assert run("org", "add", "cart", "--name", "Cart").stdout == "Added cart: /app/cart/shop\n"
    run("org", "add", "b", "--name", "B", "--board", "conversations", "--board", "shop")
    assert run("org", "add", "c", "--name", "C", "--board", "none").stdout == "Added c: /app/c\n"
    run("org", "add", "d", "--name", "D", "--board", "none", "--board", "shop", exits=2)
    run("org", "add", "e", "--name", "E", "--board", "shopp", exits=1)
    scopes = [factories.scope(org) for org in _orgs(store)]
    assert [dashboards(store, owner) for owner in scopes] == [
        ["conversations", "shop"],
        [],
        ["shop"],
    ]


def _orgs(store):
    from dashapp.store.orgs.orgs import list_orgs

    with store.read_shared() as session:
        return list_orgs(session)


def test_a_dashboard_of_a_board_has_its_panels_and_range(run, shop, store, acme):
    run("boards", "apply", shop())

    result = run("provision", "shop", "--org", "acme")

    assert "created with 2 panels: revenue, customers" in result.stdout
    assert panels(store, acme, "shop") == [("shop", "revenue"), ("shop", "customers")]
    with store.read(acme) as session:
        (saved,) = [d for d in list_dashboards(session, acme) if d.slug == "shop"]
    assert (saved.title, saved.opens_with, saved.project) == ("Shop", "30d", None)


def test_dashboards_of_a_renamed_board_and_panel_are_found(run, shop, store, acme):
    run("boards", "apply", shop())
    run("provision", "shop", "--org", "acme")
    text = SHOP.replace("[boards.shop]", '[boards.store]\nwas = ["shop"]').replace('["shop"]\n\n', '["store"]\n\n')  # fmt: skip
    text = text.replace(PANEL.format("revenue"), '  { slug = "sales", was = ["revenue"], metric = "revenue", show = "number" },\n')  # fmt: skip
    run("boards", "apply", shop(text))

    assert "up to date" in run("provision", "store", "--org", "acme").stdout
    assert "up to date" in run("provision", "shop", "--org", "acme").stdout
    assert dashboards(store, acme) == ["operations", "shop"]


def test_a_board_in_use_is_removed_only_everywhere(run, shop, store, acme, rival):
    run("boards", "apply", shop())
    run("provision", "shop", "--all-orgs")

    result = run("boards", "remove", "shop", exits=1)
    assert result.stderr == (
        "dashapp: The board shop is in use: 2 dashboards in 2 orgs; new orgs get it. To remove all "
        "of it, add --everywhere.\n"
    )
    assert run("boards", "remove", "shop", "--everywhere").stdout == (
        "Removed 2 dashboards in 2 orgs.\nRemoved the board shop. Stored as version 2.\n"
    )
    assert dashboards(store, acme) == dashboards(store, rival) == ["operations"]
    assert "shop" not in definitions_of(store).boards


def test_a_metric_in_use_is_not_removed(run, shop, store):
    run("boards", "apply", shop())

    result = run("boards", "remove", "revenue", "--everywhere", exits=1)

    assert (
        result.stderr == "dashapp: The metric revenue is in use: 1 panel on shop, ratio basket.\n"
    )
    assert run("boards", "remove", "basket").stdout == "Removed the metric basket. Stored as version 2.\n"  # fmt: skip
    assert "basket" not in definitions_of(store).vocabulary.metrics


def test_a_metric_of_a_retired_panel_is_removed_with_it(run, shop, store, acme):
    run("boards", "apply", shop())
    run("provision", "shop", "--org", "acme")
    text = SHOP.replace(PANEL.format("customers"), "")
    run("boards", "apply", shop(text))
    run("boards", "remove", "basket")

    result = run("boards", "remove", "customers", exits=1)
    assert "The metric customers is in use: 1 panel in 1 org." in result.stderr
    run("boards", "remove", "customers", "--everywhere")
    assert panels(store, acme, "shop") == [("shop", "revenue")]
    assert definitions_of(store).panel("shop", "customers") is None


def test_a_board_that_replaces_a_built_in_one_gives_way_to_it(run, shop, store, acme):
    own = run("boards", "export", "operations").stdout.replace('"total-errors"', '"faults"')
    run("boards", "apply", shop(own, "operations.toml"))
    assert run("boards", "remove", "operations").stdout == "Removed the board operations. Stored as version 2.\n"  # fmt: skip

    run("boards", "apply", shop(own, "operations.toml"))
    run("provision", "operations", "--org", "acme")
    assert "1 panel in 1 org" in run("boards", "remove", "operations", exits=1).stderr
    run("boards", "remove", "operations", "--everywhere")
    assert ("operations", "faults") not in panels(store, acme, "operations")
    assert dashboards(store, acme) == ["operations"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("operations", "operations is built in and cannot be removed."),
        ("revenu", 'There is no "revenu" in applied files. Did you mean "revenue"?'),
    ],
)
def test_what_was_not_applied_cannot_be_removed(run, shop, name, message):
    run("boards", "apply", shop())

    assert run("boards", "remove", name, exits=1).stderr == f"dashapp: {message}\n"


def test_the_files_of_the_package_have_no_faults(run):
    folder = Path(__file__).parents[3] / "dashapp" / "boards"

    for path in sorted(folder.glob("*.toml")):
        assert "No faults." in run("boards", "check", str(path)).stdout


def test_a_currency_is_not_changed_while_panels_show_amounts_in_it(run, shop, store):
    run("boards", "apply", shop(SHOP.replace('"EUR"', '"currency"')))
    org = add_org(store, factories.scope, "cart", now=1, currency="EUR")
    owner = factories.scope(org)
    run("org", "set", "cart", "--currency", "USD")
    run("org", "set", "cart", "--currency", "EUR")
    factories.send(store, owner, [factories.event("order.paid")])

    result = run("org", "set", "cart", "--currency", "USD", exits=1)

    assert result.stderr == (
        "dashapp: Org cart has amounts in EUR, which are not converted to USD: revenue.\n"
    )
    run("org", "set", "cart", "--currency", "EUR")
    assert "Unknown currency “EURO”" in run("org", "set", "cart", "--currency", "EURO", exits=1).stderr  # fmt: skip
