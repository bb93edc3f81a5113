"""Panels that people made in the browser, on the command line."""

from dashapp.domain.boards.own_panels import DEFINITION, OWN
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel

TOTAL = {
    "metric": {"title": "Total", "events": ["order.paid"], "measure": "sum", "of": "properties.total"},
    "show": "number",
}  # fmt: skip
HEAT = {"metric": "errors", "board": "operations", "show": "heatmap"}


def place(store, scope, definition, slug="own-total", title=None):
    panel = SavedPanel(slug, title, None, is_hidden=False, config={DEFINITION: definition}, board=OWN)  # fmt: skip
    with store.write(scope) as session:
        panels = dashboards.list_panels(session, scope, "operations")
        dashboards.put_panels(session, scope, "operations", [*panels, panel], now=1)


def test_an_export_of_an_org_has_the_panels_that_its_people_made(run, store, acme, tmp_path):
    place(store, acme, TOTAL, title="Cash")
    place(store, acme, HEAT, "own-errors")

    text = run("boards", "export", "--org", "acme").stdout

    file = tmp_path / "acme.toml"
    file.write_text(text)
    assert "No faults." in run("boards", "check", str(file)).stdout
    assert "[boards.acme-operations]" in text
    assert '{ slug = "own-total", metric = "own-total", show = "number", title = "Cash" }' in text
    assert '{ slug = "own-errors", metric = "errors", show = "heatmap" }' in text
    assert 'measure = "sum"' in text
    assert "acme-operations" not in run("boards", "export").stdout


def test_upkeep_keeps_what_panels_of_an_org_count(run, store, acme):
    from dashapp.cli.needs import needs_of_orgs

    place(store, acme, TOTAL)

    tallies = needs_of_orgs(store)(acme)

    assert any(tally.types == ("order.paid",) for tally in tallies)


def test_the_currency_of_amounts_in_panels_of_an_org_is_not_changed(run, store, acme):
    from dashapp.dashboards.currencies import _has_amounts
    from dashapp.store.boards.loading import definitions_of

    in_own_currency = {**TOTAL, "metric": {**TOTAL["metric"], "unit": "currency"}}
    panel = SavedPanel("own-total", None, None, is_hidden=False, config={DEFINITION: in_own_currency}, board=OWN)  # fmt: skip

    assert _has_amounts(definitions_of(store), panel, ["order.paid"])
    assert not _has_amounts(definitions_of(store), panel, ["page.viewed"])
