"""`dashapp provision` and `dashapp dashboard`, as a person types them."""

import pytest
from sqlalchemy.exc import OperationalError

from dashapp.dashboards import provision as provision_module
from dashapp.domain.errors import Unavailable
from dashapp.store.orgs.dashboards import list_dashboards, list_panels
from tests.factories import event, send

CREATED = "created with 2 panels: conversations.search_term, conversations.product_added_to_cart"


def dashboards(store, owner) -> list[str]:
    with store.reading(owner) as session:
        return [one.slug for one in list_dashboards(session, owner)]


def test_one_org_gets_a_dashboard(run, store, acme, rival):
    lines = run("provision", "conversations", "--org", "acme").stdout.splitlines()

    assert lines[0].split() == ["ORG", "DASHBOARD", "WHAT"]
    assert lines[1].split(maxsplit=2) == ["acme", "conversations", CREATED]
    assert dashboards(store, acme) == ["operations", "conversations"]
    assert dashboards(store, rival) == ["operations"]


def test_the_second_time_there_is_nothing_to_do(run, acme):
    run("provision", "conversations", "--org", "acme")

    assert "nothing to do" in run("provision", "conversations", "--org", "acme").stdout


def test_strict_refuses_the_second_time(run, acme):
    run("provision", "conversations", "--org", "acme", "--strict")

    answer = run("provision", "conversations", "--org", "acme", "--strict", exits=1)
    assert answer.stderr == "dashapp: Conversation dashboard already exists for this project\n"
    answer = run("provision", "conversations", "--org", "acme", "--strict", "--dry-run", exits=1)
    assert "already exists" in answer.stderr


@pytest.mark.parametrize("who", [("--org", "acme"), ("--all-orgs",)])
def test_a_dry_run_says_what_would_be_done_and_does_nothing(run, store, acme, who):
    answer = run("provision", "conversations", *who, "--dry-run")

    assert "to create with 2 panels" in answer.stdout
    assert dashboards(store, acme) == ["operations"]


def test_every_org_gets_it(run, store, acme, rival):
    run("provision", "conversations", "--org", "rival")

    lines = run("provision", "conversations", "--all-orgs").stdout.splitlines()

    assert lines[1].split(maxsplit=2) == ["acme", "conversations", CREATED]
    assert lines[2].split(maxsplit=2) == ["rival", "conversations", "nothing to do"]
    assert dashboards(store, acme) == dashboards(store, rival) == ["operations", "conversations"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Unavailable("The disk is full."), "failed: The disk is full."),
        (KeyError("x"), "failed: KeyError: 'x'"),
        (OperationalError("x", {}, Exception("no\nspace")), "failed: the database refused: no"),
    ],
)
def test_an_org_that_fails_is_named_and_leaves_the_others_alone(
    run, store, acme, rival, monkeypatch, fault, said
):
    create = provision_module._create

    def fails_for_acme(session, scope, *args, **more):
        made = create(session, scope, *args, **more)
        if scope.org.slug == "acme":
            raise fault
        return made

    monkeypatch.setattr(provision_module, "_create", fails_for_acme)

    answer = run("provision", "conversations", "--all-orgs", exits=1)

    assert said in answer.stdout
    assert answer.stderr == "dashapp: 1 of 2 orgs failed: acme\n"
    assert dashboards(store, acme) == ["operations"]
    assert dashboards(store, rival) == ["operations", "conversations"]


def test_strict_for_every_org_fails_where_it_is_there(run, store, acme, rival):
    run("provision", "conversations", "--org", "acme")

    answer = run("provision", "conversations", "--all-orgs", "--strict", exits=1)

    assert "already exists for this project" in answer.stdout
    assert dashboards(store, rival) == ["operations", "conversations"]


def test_a_project_gets_a_dashboard_of_its_own(run, store, acme, rival):
    send(store, acme, [event(project="shop")])

    answer = run("provision", "conversations", "--all-orgs", "--project", "shop", exits=1)

    assert dashboards(store, acme) == ["operations", "conversations-shop"]
    assert "rival has no project shop" in answer.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("conversations",),
        ("conversations", "--org", "acme", "--all-orgs"),
        ("nothing", "--org", "acme"),
        (),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(run, acme, words):
    run("provision", *words, exits=2)


def test_an_org_that_is_not_there_is_refused(run, acme):
    answer = run("provision", "conversations", "--org", "nope", exits=1)

    assert answer.stderr == "dashapp: There is no org nope. See: dashapp org list\n"


def test_an_org_is_added_with_a_second_dashboard(run, store):
    run("org", "add", "tienda", "--name", "Tienda", "--locale", "es", "--template", "conversations")

    assert "conversations" in run("dashboard", "list", "--org", "tienda").stdout


def test_dashboards_are_listed_with_their_default_and_what_they_show(run, acme):
    run("provision", "conversations", "--org", "acme")

    lines = run("dashboard", "list", "--org", "acme").stdout.splitlines()

    assert lines[1].split() == ["operations", "default", "all", "projects", "operations", "default"]
    assert lines[2].split() == ["conversations", "default", "default", "conversations"]


def test_deleting_the_default_makes_another_one_the_default(run, store, acme):
    run("provision", "conversations", "--org", "acme")
    run("dashboard", "delete", "operations", "--org", "acme")

    assert run("dashboard", "list", "--org", "acme").stdout.splitlines()[1].endswith("default")
    with store.reading(acme) as session:
        assert list_panels(session, acme, "operations") == []


def test_the_default_can_be_chosen(run, store, acme):
    run("provision", "conversations", "--org", "acme")
    run("dashboard", "default", "conversations", "--org", "acme")

    assert dashboards(store, acme) == ["conversations", "operations"]


@pytest.mark.parametrize("do", ["delete", "default"])
def test_a_dashboard_that_is_not_there_is_refused(run, acme, do):
    answer = run("dashboard", do, "nope", "--org", "acme", exits=1)

    assert answer.stderr == "dashapp: acme has no dashboard nope.\n"


def test_what_cannot_be_deleted_is_refused(run, acme):
    run("provision", "conversations", "--org", "acme")

    answer = run("dashboard", "delete", "conversations", "--org", "acme", exits=1)
    assert "cannot be deleted" in answer.stderr
