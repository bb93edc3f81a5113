"""A panel as a file: the numbers that were shown, cells that no spreadsheet runs, a name that holds."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlencode

import pytest
from sqlalchemy import event as sa_event
from werkzeug.http import parse_options_header

from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.api.panel_files import csv_of, disposition
from dashapp.widgets.answers import Answer
from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import NOW, event, refresh, send, time_range

AT = "2026-11-20T09:00:00Z"
API = "/api/v1/dashboards/operations"
WIDGETS = ("total-validations", "total-errors", "events-time-series", "users-time-series",
           "runs-by-outcome", "conversations.search_term")  # fmt: skip
TERM = "conversations.search_term"


@pytest.fixture
def ada(store, acme, browser):
    factories.place(store, acme, WIDGETS)
    return browser("ada@example.com")


def file(client, slug, kind="csv", headers=None, **asked):
    query = urlencode({"org": "acme", "time_range": "7d", **asked}, doseq=True)
    return client.get(f"{API}/panels/{slug}.{kind}?{query}", headers=headers or {})


def cells(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


# -- Cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize(
    "before",
    ["", " ", "   ", "\u00a0", "\u3000", "\u2003", "\u200b", "\ufeff", '"', ' "', "'", "“"],
)
def test_no_cell_is_run_by_a_spreadsheet(start, before):
    text = f"{before}{start}cmd|' /C calc'!A0,\"x\"\r\n=1"
    (row,) = cells(csv_of([{"label": text, "value": 7}]))

    assert row == {"label": f"'{text}", "value": "7"}


@pytest.mark.parametrize(
    "text", ["rice", "a=b", "1-2", "é@x", "", "a\n=1", 'a","=1', "x\t=1", "−5"]
)
def test_other_text_stays_as_it_is(text):
    assert cells(csv_of([{"label": text, "value": 1}]))[0]["label"] == text


def test_numbers_and_times_stay_what_they_are():
    row = {"start": "2026-11-20T09:00:00Z", "value": -5, "share": -0.25, "n": None, "ok": True}

    assert csv_of([row]) == "start,value,share,n,ok\r\n2026-11-20T09:00:00Z,-5,-0.25,,true\r\n"


def test_nothing_is_an_empty_file():
    assert csv_of([]) == ""


def test_labels_that_people_wrote_are_text_in_a_file_and_themselves_in_json(ada, store, acme):
    texts = ("=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1", 'a "quoted", thing', "two\nlines\r=1",
             "ok", "\ufeff=2")  # fmt: skip
    send(store, acme, [event("conversation.search_term", AT, properties={"term": text})
                       for n, text in enumerate(texts) for _ in range(20 - n)])  # fmt: skip

    in_file = [row["label"] for row in cells(file(ada, TERM).text)]
    in_json = [row["label"] for row in file(ada, TERM, "json").json["panels"][0]["rows"]]

    assert in_json == ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1", 'a "quoted", thing',
                       "two lines =1", "ok", "\ufeff=2"]  # fmt: skip
    assert in_file == ["'=HYPERLINK(1)", "'+1", "'-1", "'@SUM(1)", "'＝1", 'a "quoted", thing',
                       "two lines =1", "ok", "'\ufeff=2"]  # fmt: skip


# -- Names ----------------------------------------------------------------------------------------


def header(scope, title="Search Terms", kind="csv", **range_) -> str:
    return disposition(scope, Answer(TERM, title, None, "ok", []), time_range(**range_), kind)


def names_in(said: str) -> tuple[str, str]:
    """The old and the new name, each read by itself."""
    plain = re.search(r'; filename="([^"]*)"', said)
    named = re.search(r"; filename\*=UTF-8''([^;]*)$", said)
    return plain[1], unquote(named[1], errors="strict")


def test_a_file_is_called_by_org_panel_and_dates(acme):
    plain, named = names_in(header(acme))

    assert plain == "acme_operations_conversations.search_term_7d.csv"
    assert named == "Acme – Search Terms, 14 – 20 November 2026.csv"
    custom = header(acme, from_="2026-11-01T09:30:00Z", to="2026-11-02T00:00:00Z", kind="json")
    assert names_in(custom) == (
        "acme_operations_conversations.search_term_custom.json",
        "Acme – Search Terms, 1 November, 09-30 – 2 November 2026, 00-00.json",
    )


@pytest.mark.parametrize(
    "title",
    ["a\r\nSet-Cookie: x=1", 'a"; filename="evil.exe', "../../etc/passwd", "a\\b/c:d*e?f<g>h|i",
     "Zürich – 漢字 🍚", "x" * 1_000, "漢" * 1_000, "\u202egnp.exe", "\x00\x7f\x85", "%0d%0a", "a\ud800b",
     "", " .. ", "a'b''c;d,e"],
)  # fmt: skip
def test_no_title_breaks_a_header_or_leaves_its_folder(acme, title):
    for scope, panel in ((acme, title), (replace(acme, org=acme.org._replace(name=title)), "T")):
        said = header(scope, panel)
        kind, options = parse_options_header(said)
        _, named = names_in(said)

        assert said.isascii()
        assert not re.search(r"[\r\n\x00-\x1f\x7f]", said + named)
        assert (kind, options["filename"]) == ("attachment", named)
        assert not re.search(r'[/\\:*?"<>|\u202e]', named)
        assert named.endswith(", 14 – 20 November 2026.csv")
        assert len(named) < 120


def test_a_panels_own_title_is_in_the_name_of_its_file(ada, store, acme):
    with store.writing(acme) as session:
        panel = SavedPanel(TERM, 'Wünsche: "alle"\r\n', None, is_hidden=False, config={})
        dashboards.put_panels(session, acme, "operations", [panel], now=1)

    said = file(ada, TERM, "json").headers["Content-Disposition"]

    assert names_in(said)[1] == "Acme – Wünsche- -alle---, 14 – 20 November 2026.json"


# -- The same numbers -----------------------------------------------------------------------------


def address_of(answer, slug, kind, search):
    """What assets/panels.js asks for: the range, the filters and the moment that are shown."""
    head, asked = answer.json["response"], parse_qs(search.removeprefix("?"))
    wanted = {name: asked[name][0] for name in ("from", "to", "tz") if name in asked}
    wanted |= {"org": "acme", "filter": asked.get("filter", [])}
    if "from" not in asked:
        wanted["time_range"] = head["board"]["data-time-range"]
    wanted["as_of"] = head[f'{{"slug":"{slug}","type":"panel"}}']["data-as-of"]
    return f"{API}/panels/{slug}.{kind}?{urlencode(wanted, doseq=True)}"


def plotted(answer, slug):
    """The values of each series of a chart, by name."""
    said = answer.json["response"][f'{{"slug":"{slug}","type":"figure"}}']["figure"]["layout"][
        "meta"
    ]
    return {one["name"].lower(): one["values"] for one in said["series"]}


def by_series(rows):
    found = {}
    for row in rows:
        found.setdefault(row["series"], []).append(int(row["value"]))
    return found


@pytest.mark.parametrize(
    "search",
    ["", "?time_range=7d", "?time_range=7d&tz=Australia/Lord_Howe&filter=channel%3Aapi",
     "?time_range=1h&filter=channel%3Aapi&filter=channel%3Aweb", "?time_range=12mo&compare=previous",
     "?from=2026-11-18T00:00:00Z&to=2026-11-20T00:00:00%2B05:45&tz=Asia/Kathmandu",
     "?time_range=30d&as_of=2026-11-19T11:59:59.5Z&filter=channel%3Aweb"],
)  # fmt: skip
def test_a_file_has_the_numbers_that_the_board_showed_also_after_more_came(
    ada, store, acme, clock, search
):
    kinds = ("validation_run.failed", "validation_run.succeeded", "page.viewed")
    send(store, acme, [event(kinds[n % 3], NOW - timedelta(minutes=11 * n, microseconds=1), user=f"u{n % 7}",
                             channel=("api", "web", "kiosk", "api", "web")[n % 5])
                       for n in range(400)])  # fmt: skip
    charts = ("events-time-series", "users-time-series", "runs-by-outcome")
    shown = refresh(ada, search=search, panels=WIDGETS, figures=charts)
    clock.advance(minutes=50)
    send(store, acme, [event("validation_run.failed", "2026-11-20T09:30:00Z", user="late"),
                       event("page.viewed", "2026-11-20T10:00:00Z", user="later")])  # fmt: skip

    for slug in charts:
        drawn = plotted(shown, slug)
        for kind in ("csv", "json"):
            answer = ada.get(address_of(shown, slug, kind, search))
            rows = cells(answer.text) if kind == "csv" else answer.json["panels"][0]["rows"]
            assert list(by_series(rows).values()) == list(drawn.values())
            assert sum(map(sum, drawn.values())) > 0


# -- Who may have it ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_is_not_there_or_anothers_is_not_found(ada, browser, kind):
    rita = browser("rita@example.com")
    place = f"{API}/panels/total-errors.{kind}"

    assert ada.get(f"{place}?org=acme").status_code == 200
    for client, path in (
        (rita, f"{place}?org=acme"),
        (ada, f"{place}?org=rival"),
        (ada, f"{place}?org=nobody"),
        (ada, f"/api/v1/dashboards/nope/panels/total-errors.{kind}?org=acme"),
        (ada, f"{API}/panels/total-warnings.{kind}?org=acme"),  # not on this dashboard
        (ada, f"{API}/panels/no-such-widget.{kind}?org=acme"),
        (ada, f"{API}/panels/total-errors.xlsx?org=acme"),
        (ada, f"{API}/panels/..%2Ftotal-errors.{kind}?org=acme"),
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_an_embed_token_has_files_until_it_ends(ada, server, store, acme, clock, kind):
    send(store, acme, [event("validation_run.created", AT, channel=c) for c in ("api", "web")])
    token = Signer(store, acme).token(filters={"channel": ["web"]})
    client = server.test_client()

    good = file(client, "total-validations", kind, bearer(token))
    clock.advance(minutes=10)
    late = file(client, "total-validations", kind, bearer(token))

    assert good.status_code == 200
    assert '"value":1,' in good.text or "value,previous\r\n1," in good.text
    assert (late.status_code, list(late.json)) == (401, ["error"])
    assert "Content-Disposition" not in late.headers
    assert file(client, "total-validations", kind).status_code == 401


# -- What is too much -----------------------------------------------------------------------------

BAD_RANGES = (
    {"from": "1970-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"},
    {"from": "2026-11-02T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
    {"from": "2026-11-01T00:00:00Z", "to": "2026-11-01T00:00:00Z"},
    {"from": "1940-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"},  # 1,032 months
    {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"},
    {"from": "2026-11-01T00:00:00Z"},
    {"from": "yesterday", "to": "today"},
    {"from": "2026-11-01T00:00:00Z", "to": "2026-11-02T00:00:00Z", "tz": "Mars/Base"},
    {"as_of": "2026-13-01T00:00:00Z"},
)


@pytest.fixture
def counting(store):
    """The statements that read numbers."""
    found = []

    def note(_conn, _cursor, statement, _params, _context, _many):
        if re.search(r"\b(events|tally|seen|org_states|panels)\b", statement):
            found.append(statement)

    engines = {store._read, store._write, store._ask}
    for engine in engines:
        sa_event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in engines:
        sa_event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("asked", BAD_RANGES)
def test_a_range_that_cannot_be_is_refused_before_anything_is_counted(ada, counting, asked):
    counting.clear()
    search = urlencode(asked)
    answers = [
        file(ada, "events-time-series", **asked),
        file(ada, "events-time-series", "json", **asked),
        ada.get(f"{API}/data?org=acme&{search}"),
        refresh(ada, search=f"?{search}"),
        ada.get(f"/app/acme/operations?{search}"),
    ]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert counting == []


def test_what_counts_statements_counts_them(ada, counting):
    counting.clear()
    assert file(ada, "events-time-series").status_code == 200
    assert len(counting) >= 2


def test_a_file_has_a_bounded_number_of_rows(ada, store, acme):
    """A thousand buckets, and of each as many series as a panel names: never millions of rows."""
    send(store, acme, [event(f"validation_run.kind{n}", AT, user=f"u{n}", channel=f"c{n}")
                       for n in range(60)])  # fmt: skip
    send(store, acme, [event("validation_run.timed_out", AT), event("validation_run.canceled", AT)])
    longest = {"from": "1970-01-01T00:00:00Z", "to": "2053-05-01T00:00:00Z"}

    assert len(cells(file(ada, "events-time-series", **longest).text)) == 1_000
    assert len(cells(file(ada, "users-time-series", **longest).text)) == 3_000
    assert len(cells(file(ada, "runs-by-outcome", **longest).text)) == 4_000
    over = file(ada, "users-time-series", **{**longest, "to": "2053-05-01T00:00:00.000001Z"})
    assert over.status_code == 400


def test_a_list_has_no_more_rows_than_a_panel_may_ask_for(store, acme, browser):
    send(store, acme, [event("conversation.search_term", AT, properties={"term": f"t{n}"})
                       for n in range(80)])  # fmt: skip
    ada = browser("ada@example.com")
    for limit, rows in ((50, 51), (1, 2), (51, 11), (10**9, 11), (-1, 11), ("50", 11), (True, 11)):
        with store.writing(acme) as session:
            panel = SavedPanel(TERM, None, None, is_hidden=False, config={"limit": limit})
            dashboards.put_panels(session, acme, "operations", [panel], now=1)
        assert len(cells(file(ada, TERM).text)) == rows
