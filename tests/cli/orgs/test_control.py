"""What the vendor does over HTTP works on the command line, too, and stands in the audit."""

import json

import pytest

from dashapp.domain.access.roles import Role
from dashapp.store.audit.entries import Wanted, list_entries, list_installation_entries
from dashapp.store.orgs.orgs import find_org
from tests import factories


def actions(store, slug: str) -> list[tuple[str, str]]:
    """Return the actions in the org's audit and their actors, in alphabetical order."""
    with store.read_shared() as session:
        owner = factories.scope(find_org(session, slug))
    with store.read(owner) as session:
        entries = list_entries(session, owner, Wanted())
    return sorted((entry.action, entry.actor_kind) for entry in entries)


def test_boards_are_given_listed_and_taken_away(run, store, acme):
    assert run("board", "add", "conversations", "--org", "acme").stdout == (
        "Added conversations: /app/acme/conversations\n"
    )
    assert "up to date" in run("board", "add", "conversations", "--org", "acme").output
    assert "conversations  conversations  default" in run("board", "list", "--org", "acme").output
    assert run("board", "remove", "conversations", "--org", "acme").stdout == (
        "Deleted conversations.\n"
    )
    run("board", "remove", "conversations", "--org", "acme", exits=1)
    run("board", "add", "nope", "--org", "acme", exits=1)
    assert actions(store, "acme") == [
        ("dashboard_added", "operator"), ("dashboard_removed", "operator"),
    ]  # fmt: skip


def test_members_and_invitations_are_listed(run, store, acme):
    factories.add_user(store, "ada@example.com", (acme, Role.OWNER))

    assert run("membership", "list", "--org", "acme").output.splitlines()[1].split() == [
        "ada@example.com", "OWNER",
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["option", "file", "import"])
def test_new_orgs_stand_in_both_audits(run, store, source, tmp_path):
    if source == "option":
        run("org", "add", "acme", "--name", "Acme")
    elif source == "file":
        (tmp_path / "orgs.csv").write_text("slug,name\nacme,Acme\n")
        run("org", "add", "--from", str(tmp_path / "orgs.csv"))
    else:
        line = '{"id": "1", "type": "page.viewed", "occurred_at": "2026-11-20T09:00:00Z", "org": "acme"}'
        run("import", "-", "--org-column", "org", stdin=line)

    assert ("org_added", "operator") in actions(store, "acme")
    with store.read_shared() as session:
        listed = list_installation_entries(session, Wanted())
    assert [(entry.action, entry.org) for entry in listed] == [("org_added", "acme")]


def test_provisioning_and_dashboards_are_audited(run, store, acme):
    run("provision", "conversations", "--org", "acme")
    run("dashboard", "default", "conversations", "--org", "acme")
    run("dashboard", "delete", "operations", "--org", "acme")

    assert actions(store, "acme") == [
        ("dashboard_added", "operator"), ("dashboard_changed", "operator"),
        ("dashboard_removed", "operator"),
    ]  # fmt: skip


def test_each_act_is_a_log_line_on_standard_error(run, store, acme):
    result = run("board", "add", "conversations", "--org", "acme")

    (line,) = map(json.loads, result.stderr.splitlines())
    assert (line["logger"], line["org"], line["action"], line["target"], line["actor_kind"]) == (
        "dashapp.audit", "acme", "dashboard_added", "conversations", "operator",
    )  # fmt: skip
    assert run("board", "add", "conversations", "--org", "acme").stderr == ""
