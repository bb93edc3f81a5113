"""`dashapp org remove` and `dashapp user delete`, beside a server that goes on."""

import re

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store.deletion.orgs import begin_removal
from tests import factories
from tests.embedding import DATA, SHELL, Signer, bearer, exchange

ADA, BOARD, SEND = "ada@example.com", "/app/acme/operations", "/api/v1/events"
LIST = "/api/v1/dashboards"
BATCH = [{"type": "page.viewed", "id": "e1"}]


@pytest.fixture
def server(store, acme, rival):
    factories.add_user(store, ADA, (acme, Role.OWNER))
    factories.add_user(store, "bea@example.com", (acme, Role.OWNER), (rival, Role.ADMIN))
    factories.send(store, acme, [factories.event() for _ in range(3)])
    return factories.app(store)


@pytest.fixture
def holders(server, store, acme):
    """Return what opens Acme: requests by a person, keys and tokens, by name."""
    client = server.test_client()
    factories.login(client, ADA)
    ingest = bearer(factories.add_key(store, acme, KeyKind.INGEST)[1])
    read = bearer(factories.add_key(store, acme, KeyKind.READ)[1])
    signer = Signer(store, acme)
    embed = signer.token(session=3600)
    page = exchange(client, embed).json["token"]
    other = server.test_client()
    return {
        "page of a person": lambda: client.get(BOARD),
        "board of a person": lambda: factories.refresh(client),
        "API of a person": lambda: client.get(f"{LIST}?org=acme"),
        "ingest key": lambda: other.post(SEND, json=BATCH, headers=ingest),
        "read key": lambda: other.get(LIST, headers=read),
        "embed token": lambda: other.get(DATA, headers=bearer(embed)),
        "page token": lambda: other.get(DATA, headers=bearer(page)),
        "renewal": lambda: exchange(other, page),
        "page of an embedded board": lambda: other.get(f"{SHELL}/_dash-layout", headers=bearer(page)),
    }  # fmt: skip


def statuses(holders) -> dict[str, int]:
    return {name: send().status_code for name, send in holders.items()}


REFUSED = {
    "page of a person": 404,
    "board of a person": 404,
    "API of a person": 404,
    "ingest key": 401,
    "read key": 401,
    "embed token": 401,
    "page token": 401,
    "renewal": 401,
    "page of an embedded board": 401,
}


@pytest.mark.both_databases
def test_what_opened_the_org_opens_neither_it_nor_a_new_one_with_the_slug(run, holders):
    assert set(statuses(holders).values()) == {200}

    run("org", "remove", "acme", "--yes", "--release")
    assert statuses(holders) == REFUSED
    run("org", "add", "acme", "--name", "Acme again")
    assert statuses(holders) == REFUSED


@pytest.mark.both_databases
def test_an_org_that_is_partly_deleted_cannot_be_read_or_sent_to(run, holders, store, acme):
    removal = begin_removal(store, acme, factories.OPERATOR, now=5)

    assert statuses(holders) == REFUSED
    assert f"Being removed: {removal.id}." in run("org", "list").stdout
    assert "acme" not in run("org", "list").stdout
    run("key", "add", "--org", "acme", "--kind", "read", exits=1)
    run("upkeep")
    assert "Being removed" not in run("org", "list").stdout


def test_the_slug_is_refused_until_it_is_released(run, server):
    run("org", "remove", "acme", "--yes")

    assert "reserved until" in run("org", "add", "acme", "--name", "x", exits=1).stderr
    lines = "org,id,type,occurred_at\nacme,1,page.viewed,2026-11-20T09:00:00Z\n"
    report = run("import", "-", "--org-column", "org", stdin=lines, exits=1).output
    assert "reserved until" in report
    run("org", "release", "acme")
    run("org", "add", "acme", "--name", "x")
    run("org", "release", "acme", exits=1)


def test_data_can_be_deleted_later(run, holders):
    output = run("org", "remove", "acme", "--yes", "--after-days", "7").stdout

    assert "acme can no longer be opened. Its data is deleted in 7 days." in output
    assert statuses(holders) == REFUSED
    run("upkeep")
    assert "Being removed" in run("org", "list").stdout


def test_the_output_counts_and_names_who_has_no_org(run, server):
    output = run("org", "delete", "acme", stdin="acme\n").stdout
    receipt = re.search("Receipt: (k[0-9A-Za-z]+)", output)[1]

    assert output == (
        "Removed acme: 3 events, 1 dashboard, 0 keys.\n"
        f"Receipt: {receipt}. See: dashapp org removal {receipt}\n"
        "Without an org now: ada@example.com. To delete a user: dashapp user delete EMAIL\n"
    )
    assert run("user", "list").stdout.count("@example.com") == 2
    assert "events: 3\n" in run("org", "removal", receipt).stdout


@pytest.mark.parametrize("stdin", ["", "\n", "rival\n", "y\n", "yes\n"])
def test_without_the_slug_nothing_is_deleted(run, server, stdin):
    error = run("org", "delete", "acme", stdin=stdin, exits=1).stderr

    assert error == "dashapp: Nothing was removed. Type the slug when asked, or add --yes.\n"
    assert "acme" in run("org", "list").stdout


def test_an_unknown_org_or_user_cannot_be_deleted(run, server):
    assert "No org nope" in run("org", "delete", "nope", "--yes", exits=1).stderr
    assert "No user no@example.com" in run("user", "delete", "no@example.com", exits=1).stderr


def test_a_deleted_user_is_gone_from_the_list(run, server):
    factories.login(server.test_client(), ADA)

    output = run("user", "delete", ADA, "--yes").stdout
    assert output == "Deleted ada@example.com and 1 event of their logins in 1 org.\n"
    assert ADA not in run("user", "list").stdout
    run("user", "delete", ADA, exits=1)
