"""Faults planted in settings pages and the control plane: the probes of access see them."""

import pytest

from dashapp.domain.access.roles import Role
from dashapp.domain.secrets.keys import KeyKind, KeyScope
from dashapp.store.installation.keys import InstallationKey
from dashapp.store.orgs import orgs
from dashapp.web.access import policies
from dashapp.web.pages.settings import page
from tests import factories
from tests.web.api.control import test_access as control
from tests.web.pages.settings import test_settings_access as settings


@pytest.fixture
def opens_every_org(monkeypatch, store):
    """A planted fault: whoever is signed in is an owner everywhere."""

    def membership(slug, **_options):
        with store.read_shared() as session:
            return orgs.find_org(session, slug), Role.OWNER

    monkeypatch.setattr(policies, "_membership", membership)
    monkeypatch.setattr(policies, "way_in", lambda _slug: None)


def test_settings_that_every_owner_opens_are_caught(server, store, acme, browser, opens_every_org):
    with pytest.raises(AssertionError):
        settings.test_an_owner_of_another_org_finds_nothing(server, store, acme, browser)


def test_settings_that_every_role_opens_are_caught(server, store, acme, browser, monkeypatch):
    monkeypatch.setattr(Role, "can_administer", property(lambda _self: True))

    with pytest.raises(AssertionError):
        settings.test_other_roles_are_refused_everywhere(server, store, acme, browser, Role.AUTHOR)


def test_forms_that_need_no_token_are_caught(server, store, acme, browser, monkeypatch):
    monkeypatch.setattr(page, "require_token", lambda: None)

    with pytest.raises(AssertionError):
        settings.test_forms_without_a_token_change_nothing(server, store, acme, browser)


def test_a_key_that_may_do_everything_is_caught(store, acme, monkeypatch):
    monkeypatch.setattr(InstallationKey, "can", lambda _self, _scope: True)

    with pytest.raises(AssertionError):
        control.test_each_operation_needs_exactly_one_scope_and_says_which(
            factories.app(store).test_client(), store
        )


def test_a_control_plane_that_persons_open_is_caught(store, acme, monkeypatch):
    """A planted fault: without a right key, any active one is taken."""
    key = InstallationKey("i1", KeyKind.ADMIN, "CI", frozenset({KeyScope.ALL}), None, None, 0)
    monkeypatch.setattr(policies.bearer, "installation_key", lambda _needed: key)

    with pytest.raises(AssertionError):
        control.test_nobody_else_opens_one(factories.app(store).test_client(), store, acme)
