"""`dashapp provision` and `dashapp dashboard`."""

import pytest
from sqlalchemy.exc import OperationalError

from dashapp.dashboards import provision as provision_module
from dashapp.domain.errors import Unavailable
from dashapp.store.orgs.dashboards import list_dashboards, list_panels
from tests.factories import event, send

CREATED = "created with 2 panels: conversations.search_term, conversations.product_added_to_cart"


def dashboards(store, owner) -> list[str]:
    with store.read(owner) as session:
        return [dashboard.slug for dashboard in list_dashboards(session, owner)]


def test_one_org_gets_a_dashboard(run, store, acme, rival):
    lines = run("provision", "conversations", "--org", "acme").stdout.splitlines()

    assert lines[0].split() == ["ORG", "DASHBOARD", "RESULT"]
    assert lines[1].split(maxsplit=2) == ["acme", "conversations", CREATED]
    assert dashboards(store, acme) == ["operations", "conversations"]
    assert dashboards(store, rival) == ["operations"]


def test_provisioning_again_does_nothing(run, acme):
    run("provision", "conversations", "--org", "acme")

    assert "up to date" in run("provision", "conversations", "--org", "acme").stdout


def test_strict_refuses_an_existing_dashboard(run, acme):
    run("provision", "conversations", "--org", "acme", "--strict")

    result = run("provision", "conversations", "--org", "acme", "--strict", exits=1)
    assert result.stderr == "dashapp: Conversation dashboard already exists for this project\n"
    result = run("provision", "conversations", "--org", "acme", "--strict", "--dry-run", exits=1)
    assert "already exists" in result.stderr


@pytest.mark.parametrize("orgs", [("--org", "acme"), ("--all-orgs",)])
def test_a_dry_run_reports_the_changes_and_makes_none(run, store, acme, orgs):
    result = run("provision", "conversations", *orgs, "--dry-run")

    assert "to create with 2 panels" in result.stdout
    assert dashboards(store, acme) == ["operations"]


@pytest.mark.both_databases
def test_all_orgs_get_a_dashboard(run, store, acme, rival):
    run("provision", "conversations", "--org", "rival")

    lines = run("provision", "conversations", "--all-orgs").stdout.splitlines()

    assert lines[1].split(maxsplit=2) == ["acme", "conversations", CREATED]
    assert lines[2].split(maxsplit=2) == ["rival", "conversations", "up to date"]
    assert dashboards(store, acme) == dashboards(store, rival) == ["operations", "conversations"]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Unavailable("The disk is full."), "failed: The disk is full."),
        (KeyError("x"), "failed: KeyError: 'x'"),
        (OperationalError("x", {}, Exception("no\nspace")), "failed: database error: no"),
    ],
)
def test_an_org_that_fails_is_reported_and_does_not_stop_the_others(
    run, store, acme, rival, monkeypatch, fault, message
):
    create = provision_module._create

    def fails_for_acme(session, scope, *args, **options):
        created = create(session, scope, *args, **options)
        if scope.org.slug == "acme":
            raise fault
        return created

    monkeypatch.setattr(provision_module, "_create", fails_for_acme)

    result = run("provision", "conversations", "--all-orgs", exits=1)

    assert message in result.stdout
    assert result.stderr.splitlines()[-1] == "dashapp: 1 of 2 orgs failed: acme"
    assert dashboards(store, acme) == ["operations"]
    assert dashboards(store, rival) == ["operations", "conversations"]


def test_strict_for_all_orgs_fails_only_where_a_dashboard_exists(run, store, acme, rival):
    run("provision", "conversations", "--org", "acme")

    result = run("provision", "conversations", "--all-orgs", "--strict", exits=1)

    assert "already exists for this project" in result.stdout
    assert dashboards(store, rival) == ["operations", "conversations"]


def test_a_project_gets_its_own_dashboard(run, store, acme, rival):
    send(store, acme, [event(project="shop")])

    result = run("provision", "conversations", "--all-orgs", "--project", "shop", exits=1)

    assert dashboards(store, acme) == ["operations", "conversations-shop"]
    assert "rival has no project shop" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("conversations",),
        ("conversations", "--org", "acme", "--all-orgs"),
        ("nothing", "--org", "acme"),
        (),
    ],
)
def test_contradictory_arguments_are_a_usage_error(run, acme, arguments):
    run("provision", *arguments, exits=2)


def test_an_unknown_org_is_rejected(run, acme):
    result = run("provision", "conversations", "--org", "nope", exits=1)

    assert result.stderr == "dashapp: No org nope. See: dashapp org list\n"


def test_an_org_is_added_with_a_second_dashboard(run, store):
    run("org", "add", "tienda", "--name", "Tienda", "--locale", "es", "--template", "conversations")

    assert "conversations" in run("dashboard", "list", "--org", "tienda").stdout


def test_dashboards_are_listed_with_default_and_projects(run, acme):
    run("provision", "conversations", "--org", "acme")

    lines = run("dashboard", "list", "--org", "acme").stdout.splitlines()

    assert lines[1].split() == ["operations", "default", "all", "projects", "operations", "default"]
    assert lines[2].split() == ["conversations", "default", "default", "conversations"]


@pytest.mark.both_databases
def test_deleting_the_default_dashboard_promotes_another(run, store, acme):
    run("provision", "conversations", "--org", "acme")
    run("dashboard", "delete", "operations", "--org", "acme")

    assert run("dashboard", "list", "--org", "acme").stdout.splitlines()[1].endswith("default")
    with store.read(acme) as session:
        assert list_panels(session, acme, "operations") == []


def test_the_default_can_be_chosen(run, store, acme):
    run("provision", "conversations", "--org", "acme")
    run("dashboard", "default", "conversations", "--org", "acme")

    assert dashboards(store, acme) == ["conversations", "operations"]


@pytest.mark.parametrize("command", ["delete", "default"])
def test_an_unknown_dashboard_is_rejected(run, acme, command):
    result = run("dashboard", command, "nope", "--org", "acme", exits=1)

    assert result.stderr == "dashapp: Org acme has no dashboard nope.\n"


def test_a_dashboard_that_cannot_be_deleted_is_refused(run, acme):
    run("provision", "conversations", "--org", "acme")

    result = run("dashboard", "delete", "conversations", "--org", "acme", exits=1)
    assert "cannot be deleted" in result.stderr
