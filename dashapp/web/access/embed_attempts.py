"""What an org finds in its own log of embed tokens, and nobody else: who came, and why not.

Written in nobody's way: what cannot be written at once is left out. What anybody can bring about
without a key is bounded, so that strangers neither fill the log nor keep the database busy.
"""

import logging
from typing import Any

from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError

from dashapp.domain.access.embed import EmbedGrant, RefusedToken
from dashapp.domain.access.scope import Org
from dashapp.domain.errors import DashappError
from dashapp.domain.time.instant import SECOND
from dashapp.store.orgs import embed_log, keys, orgs
from dashapp.store.orgs.embed_log import STRANGERS, TAKEN, Entry
from dashapp.store.orgs.keys import EmbedKey
from dashapp.web.services import services

_QUIET = 60 * SECOND  # between two lines about one token
_WINDOW = 10 * SECOND
_IN_A_WINDOW = 100  # lines by strangers, of one org in one worker
_MOST_KNOWN = 10_000
_TAKEN, _STRANGE = "dashapp-embed-taken", "dashapp-embed-strange"
_log = logging.getLogger(__name__)


def note_refusal(error: RefusedToken, key: EmbedKey | None) -> None:
    """For the org of the key, else for the org that was asked for, if there is one."""
    org = key.org if key is not None else _asked_org()
    if org is not None and (error.code not in STRANGERS or _has_room(org)):
        _note(org, _entry(key, error.code, error.message, None))


def note_foreign(key: EmbedKey, grant: EmbedGrant, message: str) -> None:
    """A token that holds, and was brought to what it is not for."""
    _note(key.org, _entry(key, "foreign", message, grant))


def note_taken(key: EmbedKey, grant: EmbedGrant) -> None:
    """Who looks, once a token and minute, whatever it is used for."""
    known: dict[tuple[str, str], int] = _kept(_TAKEN)
    now, token = services().now_us(), (key.id, grant.token_id)
    if now - known.get(token, -_QUIET) >= _QUIET:
        known[token] = now
        _note(key.org, _entry(key, TAKEN, "", grant))


def note_use(key: EmbedKey) -> None:
    """When the key was last used."""
    here = services()
    if keys.is_use_to_be_noted(key, now=here.now_us()):
        with here.store.noting() as session:
            keys.note_use(session, key.id, now=here.now_us())


def _has_room(org: Org) -> bool:
    windows: dict[int, tuple[int, int]] = _kept(_STRANGE)
    now = services().now_us()
    began, count = windows.get(org.id, (now, 0))
    if now - began >= _WINDOW:
        began, count = now, 0
    windows[org.id] = (began, count + 1)
    return count < _IN_A_WINDOW


def _kept(name: str) -> dict[Any, Any]:
    """What this worker remembers under a name; all is forgotten before it grows too large."""
    found: dict[Any, Any] = current_app.extensions.setdefault(name, {})
    if len(found) >= _MOST_KNOWN:
        found.clear()
    return found


def _asked_org() -> Org | None:
    slug = (request.view_args or {}).get("org") or request.args.get("org")
    if not slug:
        return None
    try:
        with services().store.shared() as session:
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


def _note(org: Org, entry: Entry) -> None:
    here = services()
    try:
        with here.store.noting_of(here.scope_of_org(org)) as session:
            embed_log.log(session, here.scope_of_org(org), entry)
    except SQLAlchemyError:
        _log.exception("the embed log could not be written", extra={"org": org.slug})
