"""Provisioning a thousand orgs: seconds to create a dashboard, and to add a new panel."""

from pathlib import Path
from time import perf_counter

from click.testing import CliRunner

from benchmarks import setting
from dashapp.cli import main as dashapp
from dashapp.dashboards.provision import add_org
from dashapp.store.orgs import dashboards, orgs
from dashapp.web.access.policies import scope_of_org

ORGS = 1_000
_COMMAND = ("provision", "conversations", "--all-orgs")


def run(folder: Path) -> None:
    store = setting.open_store(folder, "thousand")
    for number in range(ORGS):
        add_org(store, scope_of_org, f"org-{number}", now=1)
    url = store.url.render_as_string(hide_password=False)
    _time("created", url)
    _time("already complete", url)
    _remove_panels(store)
    _time("given a panel that was added to the template", url)
    store.close()


def _time(outcome: str, url: str) -> None:
    started = perf_counter()
    result = CliRunner().invoke(dashapp, _COMMAND, env={"DASHAPP_DATABASE_URL": url})
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
