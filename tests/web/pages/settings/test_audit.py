"""The audit page: filters, paging, the file, and one entry per change."""

import csv
import io
import re

import pytest

from dashapp.domain.access.actors import Action, Actor, ActorKind
from dashapp.store.administration.change import changing
from dashapp.web.pages.settings.audit_words import TITLES
from tests.web.pages.settings.forms import ROOT, audited

PAGE = f"{ROOT}/audit"
ADA = Actor(ActorKind.MEMBER, "1", "ada@example.com", "203.0.113.7", "Firefox 130 · macOS")
KEY = Actor(ActorKind.INSTALLATION_KEY, "k1", "sign-up")
HOUR = 3_600_000_000
DAY = 1_795_000_000_000_000  # in microseconds: 2026-11-18, 11:06:40 UTC


@pytest.fixture
def ada(browser):
    return browser("ada@example.com")


@pytest.fixture
def record(store):
    def add(owner, actor, action, target, at=DAY, **values):
        with changing(store, owner, actor, now=at) as change:
            change.record(action, target, **values)

    return add


def rows(page: str) -> list[str]:
    return [" ".join(re.sub("<[^>]+>", " ", row).split())
            for row in re.findall(r"<tr role=\"row\">(<td.*?)</tr>", page, re.DOTALL)]  # fmt: skip


def test_an_entry_says_who_what_when_and_from_where(ada, record, acme):
    record(acme, ADA, Action.ROLE_CHANGED, "tom@example.com",
           before={"role": "AUTHOR"}, after={"role": "MEMBER"})  # fmt: skip

    (row,) = rows(ada.get(f"{PAGE}?action=role_changed").text)
    assert row == (
        "18 November 2026, 11:06:40 ada@example.com 203.0.113.7 · Firefox 130 · macOS "
        "Role changed tom@example.com Role: Author → Member"
    )


def test_it_is_filtered_by_person_action_and_days_of_the_org(ada, record, acme):
    record(acme, ADA, Action.KEY_ADDED, "a-key")
    record(acme, KEY, Action.KEY_ADDED, "b-key")
    record(acme, ADA, Action.KEY_REVOKED, "c-key")
    record(acme, ADA, Action.KEY_ADDED, "d-key", at=DAY + 24 * HOUR)

    query = "who=ada@example.com&action=key_added&from=2026-11-18&to=2026-11-18"
    page = ada.get(f"{PAGE}?{query}").text
    assert re.findall(r"\w-key", " ".join(rows(page))) == ["a-key"]


def test_entries_of_other_orgs_are_not_shown(ada, record, rival):
    record(rival, ADA, Action.KEY_ADDED, "rival-key")

    assert "rival-key" not in ada.get(PAGE).text
    assert "rival-key" not in ada.get(f"{PAGE}/entries.csv").text


def test_pages_have_all_entries_once(ada, record, acme):
    for number in range(120):
        record(acme, ADA, Action.KEY_ADDED, f"key-{number}-", at=DAY + number // 2)
    seen, path = [], f"{PAGE}?action=key_added"
    while path:
        page = ada.get(path).text
        seen += re.findall(r"key-\d+-", " ".join(rows(page)))
        older = re.search(r'href="([^"]+)">Older', page)
        path = older and older[1].replace("&amp;", "&")

    assert len(seen) == 120
    assert set(seen) == {f"key-{number}-" for number in range(120)}


def test_the_file_has_every_entry_and_runs_no_formula(ada, record, acme):
    for number in range(1_001):
        record(acme, ADA, Action.KEY_ADDED, f"=cmd{number}", at=DAY + number)

    response = ada.get(f"{PAGE}/entries.csv?action=key_added")

    table = list(csv.DictReader(io.StringIO(response.text)))
    assert response.mimetype == "text/csv"
    assert len(table) == 1_001
    assert table[0]["target"] == "'=cmd1000"
    assert table[-1]["at"] == "2026-11-18T11:06:40Z"


@pytest.mark.parametrize(
    "query", ["action=unknown", "from=yesterday", "to=0001-01-01", "from=2026-13-01"]
)
def test_a_wrong_filter_is_marked(ada, query):
    response = ada.get(f"{PAGE}?{query}")

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    assert ada.get(f"{PAGE}/entries.csv?{query}").status_code == 400


def test_every_action_has_a_title():
    assert set(TITLES) == set(Action)


def test_a_saved_layout_is_one_entry(ada, store, acme):
    from tests.factories import hidden_value

    path = "/app/acme/operations/layout"
    page = ada.get(path).text
    fields = {name: hidden_value(page, name) for name in ("csrf_token", "version")}
    ada.post(path, data={**fields, "opens_with": "7d", "do": "save"})

    (entry,) = audited(store, acme)
    assert (entry.action, entry.target) == ("dashboard_changed", "operations")
    assert (entry.before["version"], entry.after["version"]) == (1, 2)
    assert entry.after["opens_with"] == "7d"
