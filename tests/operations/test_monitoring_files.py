"""The dashboard for Grafana and the alerts use only metrics that exist."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests import factories

FOLDER = Path(__file__).parents[2] / "examples" / "operations"
PARTS = ("", "_total", "_bucket", "_sum", "_count")
# Labels that Prometheus adds.
OTHERS = {"job", "instance", "le"}


def expressions() -> list[str]:
    dashboard = json.loads((FOLDER / "grafana.json").read_text())
    alerts = yaml.safe_load((FOLDER / "alerts.yaml").read_text())
    return [
        *(target["expr"] for panel in dashboard["panels"] for target in panel["targets"]),
        *(rule["expr"] for group in alerts["groups"] for rule in group["rules"]),
    ]


@pytest.fixture
def families(store) -> set[str]:
    client = factories.app(store).test_client()
    client.get("/login")
    text = client.get("/metrics").text
    return set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))


def test_every_metric_exists(families):
    exists = {name.removesuffix("_total") + part for name in families for part in PARTS} | families

    used = {name for text in expressions() for name in re.findall(r"\bdashapp_\w+", text)}

    # These have no value before upkeep has run.
    upkeep = {"dashapp_upkeep_age_seconds", "dashapp_upkeep_last_run_seconds"}
    assert used - exists <= upkeep
    assert len(used) >= 15


def test_every_metric_is_documented(families):
    text = (FOLDER.parents[1] / "docs" / "reference" / "monitoring.md").read_text()

    documented = set(re.findall(r"^\| `(dashapp_\w+)` \|", text, re.MULTILINE))

    assert {name for name in families if not name.endswith("_created")} <= documented


def test_upkeep_has_metrics_once_it_ran(store):
    from dashapp.store.health.clock import is_steady
    from dashapp.store.health.state import record_run

    is_steady(store, 1)
    record_run(store, 1, 2)

    text = factories.app(store).test_client().get("/metrics").text

    assert "dashapp_upkeep_age_seconds " in text
    assert "dashapp_upkeep_last_run_seconds " in text


def test_every_label_exists():
    labels = {
        "method", "route", "status", "reason", "verdict", "outcome", "pool", "state", "version"
    }  # fmt: skip
    used = set()
    for text in expressions():
        for inside in re.findall(r"\{([^}]*)\}", text):
            used |= set(re.findall(r"(\w+)\s*=~?", inside))
        for names in re.findall(r"\bby \(([^)]*)\)", text):
            used |= {name.strip() for name in names.split(",")}

    assert used <= labels | OTHERS


def test_alerts_say_what_to_look_at():
    alerts = yaml.safe_load((FOLDER / "alerts.yaml").read_text())

    for rule in alerts["groups"][0]["rules"]:
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert "for" in rule


def test_panels_do_not_overlap():
    panels = json.loads((FOLDER / "grafana.json").read_text())["panels"]

    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
