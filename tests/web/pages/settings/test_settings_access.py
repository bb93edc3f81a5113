"""Every settings route: owners and admins only, and never those of another org."""

import re

import pytest

from dashapp.domain.access.roles import Role
from tests import factories
from tests.web.pages.settings.forms import ROOT, audited

PREFIX = "/app/<org>/settings"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
FOR_ALL_MEMBERS = f"{ROOT}/general/logo"


def paths(server, org: str) -> list[str]:
    """Return every settings path of an org, with made-up ids."""
    rules = [rule.rule for rule in server.url_map.iter_rules() if rule.rule.startswith(PREFIX)]
    return sorted({re.sub("<[^>]+>", "1", rule.replace("<org>", org)) for rule in rules})


def statuses(client, path: str) -> set[int]:
    return {client.open(path, method=method).status_code for method in METHODS}


def test_there_are_routes_to_test(server):
    assert len(paths(server, "acme")) >= 25


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.ANALYTICS_VIEWER, Role.MEMBER])
def test_other_roles_are_refused_everywhere(server, store, acme, browser, role):
    factories.add_user(store, "low@example.com", (acme, role))
    client = browser("low@example.com")

    for path in paths(server, "acme"):
        if path != FOR_ALL_MEMBERS:
            assert statuses(client, path) <= {403, 405}, path
    assert audited(store, acme) == []


def test_an_owner_of_another_org_finds_nothing(server, store, acme, browser):
    client = browser("rita@example.com")

    for path in paths(server, "acme"):
        assert statuses(client, path) <= {404, 405}, path
    assert audited(store, acme) == []


def test_strangers_are_led_to_the_login(server, browser):
    client = browser()
    for path in paths(server, "acme"):
        assert statuses(client, path) <= {302, 401, 405}, path


def test_forms_without_a_token_change_nothing(server, store, acme, browser):
    client = browser("ada@example.com")
    rules = [rule for rule in server.url_map.iter_rules() if rule.rule.startswith(PREFIX)]
    for rule in rules:
        if "POST" in rule.methods:
            path = re.sub("<[^>]+>", "1", rule.rule.replace("<org>", "acme"))
            assert client.post(path).status_code == 400, path
    assert audited(store, acme) == []


@pytest.mark.both_databases
def test_a_text_that_no_database_can_store_is_not_found(server, browser):
    client = browser("ada@example.com")

    assert client.get("/app/acme/settings/audit?who=a%00").status_code == 404
