"""A few hundred probes in every test run; `make probes COUNT=1000000` sends a million."""

from dataclasses import replace

import jwt
import pytest

from dashapp.domain.access.embed import RefusedToken
from dashapp.domain.access.roles import Role
from dashapp.domain.access.scope import Scope
from dashapp.store.orgs.orgs import find_org
from dashapp.web.access import policies
from dashapp.web.access.embedding import tokens as embed_tokens
from dashapp.web.services import services
from tests.effort import scaled
from tests.reliability.probes.run import prober
from tests.test_tenancy import TENANT

PROBES = scaled(600)
_NARROWED = Scope.narrowed_by


@pytest.fixture
def asking(database_url):
    with prober(database_url) as asking:
        yield asking


def test_no_probe_finds_what_another_org_owns(asking):
    result = asking.run(2, range(PROBES))

    assert result.faults == []
    assert result.opened >= PROBES // 5
    # These two redirect, or refuse a layout that is out of date. Settings need ids, and forms.
    tried = {endpoint for endpoint in TENANT if not endpoint.startswith("settings")}
    assert tried - result.endpoints.keys() <= {
        "landing.org_start",
        "arranging.save",
        "editing.save",
    }


def test_a_number_of_a_seed_is_the_same_request_in_every_run(asking):
    requests = [asking.probe(7, number)[0] for number in (3, 4, 3)]

    assert requests[0].url == requests[2].url != requests[1].url
    assert requests[0].credential == requests[2].credential


def let_everyone_in(monkeypatch):
    def membership(slug, **_options):
        with services().store.read_shared() as session:
            return find_org(session, slug), Role.OWNER

    monkeypatch.setattr(policies, "_membership", membership)


def verify_no_signature(monkeypatch):
    def verified(token, _secret, _audience):
        try:
            return jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            raise RefusedToken("malformed", "not a token") from None

    monkeypatch.setattr(embed_tokens, "verified_claims", verified)


def forget_locks(monkeypatch):
    def narrowed(scope, grant):
        return _NARROWED(scope, replace(grant, filters=None, project=None))

    monkeypatch.setattr(Scope, "narrowed_by", narrowed)


def bind_no_org(monkeypatch):
    """Let keys of any org read the first one."""
    monkeypatch.setattr(Scope, "org_id", property(lambda _scope: 1))
    monkeypatch.setattr(
        Scope, "params", property(lambda _scope: {"org": 1, "project": None, "filters": None})
    )


@pytest.mark.unbound
@pytest.mark.parametrize("fault", [let_everyone_in, verify_no_signature, forget_locks, bind_no_org])
def test_a_planted_fault_is_found(asking, monkeypatch, fault):
    fault(monkeypatch)

    fault = asking.first_fault(1, range(5 * PROBES))

    assert fault.startswith("seed 1, number ")
    assert " contains " in fault or " answers 20" in fault or " has the sum " in fault
