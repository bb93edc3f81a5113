"""Entries of an org's embed log: which tokens were accepted, and why others were refused.

Logging never delays a request: an entry that cannot be written at once is dropped. Refusals that
need no key are limited, so that nobody can flood the log or the database.
"""

import logging
from contextlib import suppress
from typing import Any

from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError

from dashapp.domain.access.embed import EmbedGrant, RefusedToken
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import DashappError
from dashapp.domain.metrics.conditions import PROPERTY_PREFIX
from dashapp.domain.time.instant import SECOND
from dashapp.store.columns.sealing import sort_by
from dashapp.store.orgs import embed_log, keys, orgs
from dashapp.store.orgs.dashboards import has_dashboard
from dashapp.store.orgs.embed_log import ACCEPTED, KEYLESS_CODES, Entry
from dashapp.store.orgs.keys import EmbedKey
from dashapp.web.access import security_log
from dashapp.web.access.security_log import Event
from dashapp.web.services import services

_REPEAT_AFTER = 60 * SECOND  # per accepted token
_WINDOW = 10 * SECOND
_PER_WINDOW = 100  # entries that need no key, per org and worker
_MAX_REMEMBERED = 10_000
_ACCEPTED, _KEYLESS = "dashapp-embed-accepted", "dashapp-embed-strangers"
_SORTED = "dashapp-embed-sorted"  # orgs whose first locked property is stored
_log = logging.getLogger(__name__)


def record_refusal(error: RefusedToken, key: EmbedKey | None) -> None:
    """Log a refused token for the key's org, or for the org in the address."""
    named = {} if key is None else {"org": key.org.slug, "key": key.id}
    security_log.record(Event.TOKEN_REFUSED, error.code, **named)
    org = key.org if key is not None else _org_in_address()
    if org is not None and (error.code not in KEYLESS_CODES or _is_within_limit(org)):
        _write(org, _entry(key, error.code, error.message, None))


def record_foreign(key: EmbedKey, grant: EmbedGrant, message: str) -> None:
    """Log a valid token that was used for something it does not grant."""
    security_log.record(Event.TOKEN_REFUSED, "foreign")
    _write(key.org, _entry(key, "foreign", message, grant))


def record_accepted(key: EmbedKey, grant: EmbedGrant) -> None:
    """Log an accepted token, at most once a minute."""
    recorded: dict[tuple[str, str], int] = _remembered(_ACCEPTED)
    now, token = services().now_us(), (key.id, grant.token_id)
    if now - recorded.get(token, -_REPEAT_AFTER) >= _REPEAT_AFTER:
        recorded[token] = now
        _write(key.org, _entry(key, ACCEPTED, "", grant))
        _record_locked_property(key.org, grant)


def _record_locked_property(org: Org, grant: EmbedGrant) -> None:
    """Store the first property by which the org's tokens filter: events are sorted by it."""
    fields = (field for field, _values in grant.filters or ())
    paths = (f.removeprefix(PROPERTY_PREFIX) for f in fields if f.startswith(PROPERTY_PREFIX))
    path = next(paths, None)
    recorded: dict[int, bool] = _remembered(_SORTED)
    if path is None or org.id in recorded:
        return
    scope = services().scope_of_org(org)
    with suppress(SQLAlchemyError), services().store.try_write(scope) as session:
        sort_by(session, scope, path)
        recorded[org.id] = True  # if the database is busy, the next token does it


def record_key_use(key: EmbedKey) -> None:
    """Store when the key was last used."""
    store, now = services().store, services().now_us()
    if keys.should_record_use(key, now=now):
        with store.try_write_shared() as session:
            keys.record_use(session, key, now=now)


def _is_within_limit(org: Org) -> bool:
    windows: dict[int, tuple[int, int]] = _remembered(_KEYLESS)
    now = services().now_us()
    started, count = windows.get(org.id, (now, 0))
    if now - started >= _WINDOW:
        started, count = now, 0
    windows[org.id] = (started, count + 1)
    return count < _PER_WINDOW


def _remembered(name: str) -> dict[Any, Any]:
    """Return what this worker remembers under a name. It is cleared before it grows too large."""
    values: dict[Any, Any] = current_app.extensions.setdefault(name, {})
    if len(values) >= _MAX_REMEMBERED:
        values.clear()
    return values


def _org_in_address() -> Org | None:
    slug = (request.view_args or {}).get("org") or request.args.get("org")
    if not slug:
        return None
    try:
        with services().store.read_shared() as session:
            return orgs.find_org(session, slug)
    except DashappError:
        return None


def _entry(key: EmbedKey | None, code: str, message: str, grant: EmbedGrant | None) -> Entry:
    return Entry(
        at=services().now_us(),
        code=code,
        message=message,
        dashboard=(request.view_args or {}).get("dashboard", ""),
        key_id=key.id if key else "",
        viewer=grant.viewer if grant else "",
        token_id=grant.token_id if grant else "",
    )


def _write(org: Org, entry: Entry) -> None:
    scope = services().scope_of_org(org)
    try:
        with services().store.try_write(scope) as session:
            if not entry.key_id and not has_dashboard(session, scope, entry.dashboard):
                entry = entry._replace(dashboard="")  # a stranger made up the name
            embed_log.log(session, scope, entry)
    except SQLAlchemyError:
        _log.exception("could not write to the embed log", extra={"org": org.slug})
