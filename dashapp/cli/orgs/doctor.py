"""Check, one step at a time, everything an embed token needs to show a dashboard."""

from collections.abc import Iterator
from datetime import datetime

from dashapp.cli.checks import Check
from dashapp.cli.context import operator_scope
from dashapp.domain.access.embed import EmbedGrant, RefusedToken, grant_of
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.access.view import view_of
from dashapp.domain.errors import DashappError, NotFound, excerpt
from dashapp.domain.secrets.tokens import EMBED, key_id_of, verified_claims
from dashapp.queries.saved_dashboards import open_dashboard
from dashapp.settings import Settings
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.orgs import keys, origins
from dashapp.widgets.catalog import load_catalog
from dashapp.widgets.library import Library
from dashapp.widgets.show import show


def examine(
    store: Store,
    scope: Scope,
    settings: Settings,
    dashboard: str,
    token: str,
    *,
    origin: str | None,
    now: datetime,
) -> Iterator[Check]:
    """Yield the outcome of each check. After a failure, checks that depend on it are skipped."""
    yield from _check_origin(store, scope, origin)
    try:
        key_id = key_id_of(token)
        with store.read_shared() as session:
            key = keys.find_embed_key(session, key_id)
        yield Check("key", True, f"{key.id} is active")
        if key.org.id != scope.org_id:
            message = f"the key belongs to org {key.org.slug}, not {scope.org.slug}"
            yield Check("key", False, message)
            return
        claims = verified_claims(token, [keys.secret_of(key, settings.secrets)], EMBED)
        yield Check("signature", True, "signed with this key's secret")
        grant = grant_of(claims, now=now.timestamp())
        yield Check("clock", True, f"expires in {grant.life.expires_at - now.timestamp():.0f} s")
        yield Check(
            "claims", True, f"viewer {excerpt(grant.viewer)}, token {excerpt(grant.token_id)}"
        )
    except RefusedToken as error:
        yield Check(_CHECK_BY_CODE.get(error.code, "token"), False, error.message)
        return
    except DashappError as error:
        yield Check("key", False, error.message)
        return
    yield from _check_dashboard(store, scope.org, grant, dashboard, now)


_CHECK_BY_CODE = {
    "unknown_key": "key",
    "revoked_key": "key",
    "bad_signature": "signature",
    "clock": "clock",
    "expired": "clock",
    "bad_claim": "claims",
    "bad_header": "header",
    "malformed": "token",
}


def _check_origin(store: Store, scope: Scope, origin: str | None) -> Iterator[Check]:
    with store.read_shared() as session:
        allowed = origins.list_origins(session, scope)
    if not allowed:
        yield Check(
            "origin", False, "no page may embed this dashboard yet. See: dashapp origin add --help"
        )
    elif origin is None:
        yield Check("origin", True, f"pages that may embed this dashboard: {', '.join(allowed)}")
    else:
        normalized = origins.normal_origin(origin)
        is_allowed = origins.is_covered(normalized, allowed)
        verdict = "is allowed" if is_allowed else f"is not allowed; use {', '.join(allowed)}"
        yield Check("origin", is_allowed, f"{normalized} {verdict}")


def _check_dashboard(
    store: Store, org: Org, grant: EmbedGrant, dashboard: str, now: datetime
) -> Iterator[Check]:
    if grant.dashboard != dashboard:
        message = f"the token is for dashboard {grant.dashboard}, not {dashboard}"
        yield Check("dashboard", False, message)
        return
    scope = operator_scope(org).narrowed_by(grant)
    with store.read(scope) as session:
        try:
            opened = open_dashboard(session, scope)
        except NotFound as error:
            yield Check("dashboard", False, error.message)
            return
        yield Check("dashboard", True, "exists")
        library = Library(load_catalog(), definitions_of(store))
        shown = show(session, library, opened, view_of({}), now=now)
        for panel in shown.answers:
            yield Check("panel", panel.status != "error", f"{panel.slug}: {panel.status}")
