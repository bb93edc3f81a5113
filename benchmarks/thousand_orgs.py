"""A thousand orgs: seconds to give all of them a board of a file, and to provision dashboards."""

from pathlib import Path
from time import perf_counter

from click.testing import CliRunner

from benchmarks import setting
from dashapp.cli import main as dashapp
from dashapp.dashboards.provision import add_org
from dashapp.domain.demo.days import product_events
from dashapp.domain.demo.shop import SHOP
from dashapp.domain.time.instant import to_us
from dashapp.domain.time.zones import zone_named
from dashapp.settings import resource
from dashapp.store.events.ingest import ingest
from dashapp.store.orgs import dashboards, orgs
from dashapp.web.access.policies import scope_of_org

ORGS = 1_000
_SHOP = resource("examples") / "boards" / "shop.toml"
_COMMAND = ("provision", "conversations", "--all-orgs")


def run(folder: Path) -> None:
    store = setting.open_store(folder, "thousand")
    for number in range(ORGS):
        add_org(store, scope_of_org, f"org-{number}", now=1)
    url = store.url.render_as_string(hide_password=False)
    _send_orders(store)
    _time("from a file: boards apply", url, ("boards", "apply", str(_SHOP)))
    _time("from a file: provision", url, ("provision", "shop", "--all-orgs"))
    _show_one(store)
    _time("created", url)
    _time("already complete", url)
    _remove_panels(store)
    _time("given a panel that was added to the template", url)
    store.close()


def _send_orders(store: setting.Store) -> None:
    """Store a day of an ordering product's events in every org."""
    with store.read_shared() as session:
        all_orgs = orgs.list_orgs(session)
    zone = zone_named("UTC")
    for org in all_orgs:
        batch = [*product_events(SHOP, org.slug, zone, setting.NOW, 2)]
        with store.write(scope_of_org(org)) as session:
            ingest(session, scope_of_org(org), batch, received_at=to_us(setting.NOW))


def _show_one(store: setting.Store) -> None:
    """Show that the board of an org has numbers."""
    with store.read_shared() as session:
        scope = scope_of_org(orgs.list_orgs(session)[-1])
    client, headers = setting.reader(store, scope)
    data = client.get("/api/v1/dashboards/shop/data?time_range=7d", headers=headers).get_json()
    assert {panel["status"] for panel in data["panels"]} <= {"ok", "empty"}, data
    revenue = data["panels"][0]["rows"][0]["value"]
    assert float(revenue) > 0, data
    print(f"Revenue of the last org: {revenue}")


def _time(outcome: str, url: str, command: tuple[str, ...] = _COMMAND) -> None:
    started = perf_counter()
    result = CliRunner().invoke(dashapp, command, env={"DASHAPP_DATABASE_URL": url})
    seconds = perf_counter() - started
    assert result.exit_code == 0, result.output
    print(f"{ORGS:,} dashboards {outcome:40} {seconds:6.1f} s", flush=True)


def _remove_panels(store: setting.Store) -> None:
    """Leave one panel, as if the dashboards were created when the template had only one."""
    with store.read_shared() as session:
        all_orgs = orgs.list_orgs(session)
    for org in all_orgs:
        scope = scope_of_org(org)
        with store.write(scope) as session:
            panels = dashboards.list_panels(session, scope, "conversations")[:1]
            dashboards.put_panels(session, scope, "conversations", panels, now=1)
            offered = [panel.widget for panel in panels]
            dashboards.set_dashboard(session, scope, "conversations", offered=offered)
