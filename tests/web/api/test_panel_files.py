"""A panel's CSV and JSON files have the numbers of the board, and the same access rules."""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode

import pytest

from tests.embedding import Signer, bearer
from tests.factories import NOW, event, refresh, send
from tests.web.api.panel_files import DASHBOARD_URL, OCCURRED_AT, WIDGETS, csv_rows, get_file


def file_url(response, slug, kind, search):
    """Return the URL that assets/board/panel/files.js requests: with the range, filters, and moment on the board."""
    outputs, query = response.json["response"], parse_qs(search.removeprefix("?"))
    parameters = {name: query[name][0] for name in ("from", "to", "tz") if name in query}
    parameters |= {"org": "acme", "filter": query.get("filter", [])}
    if "from" not in query:
        parameters["time_range"] = outputs["board"]["data-time-range"]
    parameters["as_of"] = outputs[f'{{"slug":"{slug}","type":"panel"}}']["data-as-of"]
    return f"{DASHBOARD_URL}/panels/{slug}.{kind}?{urlencode(parameters, doseq=True)}"


def plotted_values(response, slug):
    """Return the values of each series of a chart, by name."""
    meta = response.json["response"][f'{{"slug":"{slug}","type":"figure"}}']["figure"]["layout"][
        "meta"
    ]
    return {series["name"].lower(): series["values"] for series in meta["series"]}


def values_by_series(rows):
    values = {}
    for row in rows:
        values.setdefault(row["series"], []).append(int(row["value"]))
    return values


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "search",
    ["", "?time_range=7d", "?time_range=7d&tz=Australia/Lord_Howe&filter=channel%3Aapi",
     "?time_range=1h&filter=channel%3Aapi&filter=channel%3Aweb", "?time_range=12mo&compare=previous",
     "?from=2026-11-18T00:00:00Z&to=2026-11-20T00:00:00%2B05:45&tz=Asia/Kathmandu",
     "?time_range=30d&as_of=2026-11-19T11:59:59.5Z&filter=channel%3Aweb"],
)  # fmt: skip
def test_a_file_has_the_numbers_on_the_board_even_after_more_events(
    panel_client, store, acme, clock, search
):
    event_types = ("validation_run.failed", "validation_run.succeeded", "page.viewed")
    send(store, acme, [event(event_types[number % 3], NOW - timedelta(minutes=11 * number, microseconds=1), user=f"u{number % 7}",
                             channel=("api", "web", "kiosk", "api", "web")[number % 5])
                       for number in range(400)])  # fmt: skip
    charts = ("events-time-series", "users-time-series", "runs-by-outcome")
    board = refresh(panel_client, search=search, panels=WIDGETS, figures=charts)
    clock.advance(minutes=50)
    send(store, acme, [event("validation_run.failed", "2026-11-20T09:30:00Z", user="late"),
                       event("page.viewed", "2026-11-20T10:00:00Z", user="later")])  # fmt: skip

    for slug in charts:
        series = plotted_values(board, slug)
        for file_type in ("csv", "json"):
            response = panel_client.get(file_url(board, slug, file_type, search))
            rows = (
                csv_rows(response.text)
                if file_type == "csv"
                else response.json["panels"][0]["rows"]
            )
            assert list(values_by_series(rows).values()) == list(series.values())
            assert sum(map(sum, series.values())) > 0


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_missing_panels_and_panels_of_others_are_not_found(panel_client, browser, kind):
    rita = browser("rita@example.com")
    url = f"{DASHBOARD_URL}/panels/total-errors.{kind}"

    assert panel_client.get(f"{url}?org=acme").status_code == 200
    for client, path in (
        (rita, f"{url}?org=acme"),
        (panel_client, f"{url}?org=rival"),
        (panel_client, f"{url}?org=nobody"),
        (panel_client, f"/api/v1/dashboards/nope/panels/total-errors.{kind}?org=acme"),
        (
            panel_client,
            f"{DASHBOARD_URL}/panels/total-warnings.{kind}?org=acme",
        ),  # not on this dashboard
        (panel_client, f"{DASHBOARD_URL}/panels/no-such-widget.{kind}?org=acme"),
        (panel_client, f"{DASHBOARD_URL}/panels/total-errors.xlsx?org=acme"),
        (panel_client, f"{DASHBOARD_URL}/panels/..%2Ftotal-errors.{kind}?org=acme"),
    ):
        response = client.get(path)
        assert response.status_code == 404, path
        assert "Content-Disposition" not in response.headers


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_embed_token_can_download_files_until_it_expires(
    panel_client, server, store, acme, clock, kind
):
    send(
        store,
        acme,
        [
            event("validation_run.created", OCCURRED_AT, channel=channel)
            for channel in ("api", "web")
        ],
    )
    token = Signer(store, acme).token(filters={"channel": ["web"]})
    client = server.test_client()

    in_time = get_file(client, "total-validations", kind, bearer(token))
    clock.advance(minutes=10)
    too_late = get_file(client, "total-validations", kind, bearer(token))

    assert in_time.status_code == 200
    assert '"value":1,' in in_time.text or "value,previous\r\n1," in in_time.text
    assert (too_late.status_code, list(too_late.json)) == (401, ["error"])
    assert "Content-Disposition" not in too_late.headers
    assert get_file(client, "total-validations", kind).status_code == 401
