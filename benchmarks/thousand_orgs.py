"""A thousand orgs get a dashboard, then what its template gained: seconds for all of them."""

from pathlib import Path
from time import perf_counter

from click.testing import CliRunner

from benchmarks import setting
from dashapp.cli import main as dashapp
from dashapp.dashboards.provision import add_org
from dashapp.store.orgs import dashboards, orgs
from dashapp.web.access.guard import scope_of_org

ORGS = 1_000
_COMMAND = ("provision", "conversations", "--all-orgs")


def run(folder: Path) -> None:
    store = setting.open_store(folder, "thousand")
    for number in range(ORGS):
        add_org(store, scope_of_org, f"org-{number}", now=1)
    url = store.url.render_as_string(hide_password=False)
    _time("made", url)
    _time("found complete", url)
    _take_a_panel_away(store)
    _time("given a panel that the template gained", url)
    store.close()


def _time(what: str, url: str) -> None:
    started = perf_counter()
    done = CliRunner().invoke(dashapp, _COMMAND, env={"DASHAPP_DATABASE_URL": url})
    seconds = perf_counter() - started
    assert done.exit_code == 0, done.output
    print(f"{ORGS:,} dashboards {what:40} {seconds:6.1f} s", flush=True)


def _take_a_panel_away(store: setting.Store) -> None:
    """As if the template had had one panel when the dashboards were made."""
    with store.shared() as session:
        found = orgs.list_orgs(session)
    for org in found:
        scope = scope_of_org(org)
        with store.writing(scope) as session:
            panels = dashboards.list_panels(session, scope, "conversations")[:1]
            dashboards.put_panels(session, scope, "conversations", panels, now=1)
            offered = [panel.widget for panel in panels]
            dashboards.set_dashboard(session, scope, "conversations", offered=offered)
