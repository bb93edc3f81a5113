"""Names of panel files: org, panel title, and dates, whatever the title contains."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from werkzeug.http import parse_options_header

from dashapp.store.orgs import dashboards
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.web.api.panel_files import disposition
from dashapp.widgets.answers import Answer
from tests.factories import time_range
from tests.web.api.panel_files import TERM_WIDGET, get_file


def content_disposition(scope, title="Search terms", kind="csv", **choice) -> str:
    return disposition(
        scope, Answer(TERM_WIDGET, title, None, "ok", []), time_range(**choice), kind
    )


def file_names(header: str) -> tuple[str, str]:
    """Return the values of `filename` and `filename*`."""
    plain = re.search(r'; filename="([^"]*)"', header)
    encoded = re.search(r"; filename\*=UTF-8''([^;]*)$", header)
    return plain[1], unquote(encoded[1], errors="strict")


def test_a_file_is_named_after_org_panel_and_dates(acme):
    plain, encoded = file_names(content_disposition(acme))

    assert plain == "acme_operations_conversations.search_term_7d.csv"
    assert encoded == "Acme – Search terms, 14 – 20 November 2026.csv"
    custom = content_disposition(
        acme, from_="2026-11-01T09:30:00Z", to="2026-11-02T00:00:00Z", kind="json"
    )
    assert file_names(custom) == (
        "acme_operations_conversations.search_term_custom.json",
        "Acme – Search terms, 1 November, 09-30 – 2 November 2026, 00-00.json",
    )


@pytest.mark.parametrize(
    "title",
    ["a\r\nSet-Cookie: x=1", 'a"; filename="evil.exe', "../../etc/passwd", "a\\b/c:d*e?f<g>h|i",
     "Zürich – 漢字 🍚", "x" * 1_000, "漢" * 1_000, "\u202egnp.exe", "\x00\x7f\x85", "%0d%0a", "a\ud800b",
     "", " .. ", "a'b''c;d,e"],
)  # fmt: skip
def test_no_title_can_break_the_header_or_escape_the_folder(acme, title):
    for scope, panel in ((acme, title), (replace(acme, org=acme.org._replace(name=title)), "T")):
        header = content_disposition(scope, panel)
        kind, options = parse_options_header(header)
        _, file_name = file_names(header)

        assert header.isascii()
        assert not re.search(r"[\r\n\x00-\x1f\x7f]", header + file_name)
        assert (kind, options["filename"]) == ("attachment", file_name)
        assert not re.search(r'[/\\:*?"<>|\u202e]', file_name)
        assert file_name.endswith(", 14 – 20 November 2026.csv")
        assert len(file_name) < 120


def test_a_panels_custom_title_is_in_the_file_name(panel_client, store, acme):
    with store.write(acme) as session:
        panel = SavedPanel(TERM_WIDGET, 'Wünsche: "alle"\r\n', None, is_hidden=False, config={})
        dashboards.put_panels(session, acme, "operations", [panel], now=1)

    header = get_file(panel_client, TERM_WIDGET, "json").headers["Content-Disposition"]

    assert file_names(header)[1] == "Acme – Wünsche- -alle---, 14 – 20 November 2026.json"
