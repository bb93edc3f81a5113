"""Entries of the audit in words: what each action is called, and what has changed."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashapp.domain.access.actors import Action, ActorKind
from dashapp.domain.language import _, say
from dashapp.store.audit.entries import Entry
from dashapp.web.pages.settings.member_page import ROLES

TITLES = {
    Action.SIGNED_IN: _("Signed in"),
    Action.BREAK_GLASS: _("Signed in without the required sign-on"),
    Action.SIGN_IN_FAILED: _("Sign-in refused"),
    Action.ACCOUNT_LOCKED: _("Account locked after failed sign-ins"),
    Action.SIGNED_OUT: _("Signed out"),
    Action.SESSION_ENDED: _("Session ended"),
    Action.PASSWORD_CHANGED: _("Password changed"),
    Action.SECOND_FACTOR_ADDED: _("Second factor added"),
    Action.SECOND_FACTOR_REMOVED: _("Second factor removed"),
    Action.IDENTITY_LINKED: _("Account linked to a sign-on provider"),
    Action.MEMBER_ADDED: _("Member added"),
    Action.MEMBER_INVITED: _("Member invited"),
    Action.INVITATION_REVOKED: _("Invitation revoked"),
    Action.INVITATION_ACCEPTED: _("Invitation accepted"),
    Action.ROLE_CHANGED: _("Role changed"),
    Action.MEMBER_REMOVED: _("Member removed"),
    Action.KEY_ADDED: _("Key created"),
    Action.KEY_REVOKED: _("Key revoked"),
    Action.KEY_USED: _("Vendor’s key used"),
    Action.ORIGIN_ADDED: _("Embedding allowed"),
    Action.ORIGIN_REMOVED: _("Embedding no longer allowed"),
    Action.SETTINGS_CHANGED: _("Settings changed"),
    Action.PROVIDER_CHANGED: _("Sign-on changed"),
    Action.DASHBOARD_ADDED: _("Dashboard added"),
    Action.DASHBOARD_CHANGED: _("Dashboard changed"),
    Action.DASHBOARD_REMOVED: _("Dashboard removed"),
    Action.BOARD_APPLIED: _("Board applied"),
    Action.EMBED_SESSION_MADE: _("Embed session created"),
    Action.USER_ERASED: _("User erased"),
    Action.EVENT_REMOVED: _("Event removed"),
    Action.EVENTS_IMPORTED: _("Events imported"),
    Action.IMPORT_UNDONE: _("Import undone"),
    Action.EXPORTED: _("Data exported"),
    Action.ORG_ADDED: _("Organization added"),
    Action.ORG_REMOVED: _("Organization removed"),
    Action.SLUG_RELEASED: _("Name of a removed organization released"),
    Action.RESET_LINK_MADE: _("Link for a new password created"),
    Action.SUPPORT_ACCESS: _("Support access by the operator"),
}
_ACTORS = {
    ActorKind.MEMBER: "%(name)s",
    ActorKind.KEY: _("Key %(name)s"),
    ActorKind.INSTALLATION_KEY: _("Vendor’s key %(name)s"),
    ActorKind.OPERATOR: _("Operator %(name)s"),
    ActorKind.SYSTEM: "%(name)s",
}
_FIELDS = {
    "name": _("Name"),
    "role": _("Role"),
    "kind": _("Kind"),
    "timezone": _("Time zone"),
    "locale": _("Language"),
    "currency": _("Currency"),
    "opens_with": _("Default range"),
    "keep_days": _("Days that events are kept"),
    "events_per_minute": _("Events per minute"),
    "requires_second_factor": _("Second factor required"),
    "logo": _("Logo"),
    "version": _("Version"),
    "board": _("Board"),
    "files": _("Files"),
    "state": _("State"),
    "format": _("Format"),
    "from": _("From"),
    "to": _("To"),
    "title": _("Title"),
    "default": _("Default dashboard"),
    "panels": _("Panels"),
    "events": _("Events"),
    "file": _("File"),
    "method": _("Method"),
    "reason": _("Reason"),
}


class Part(NamedTuple):
    """One value that an entry names: what it was, and what it became. None for no value."""

    name: str
    before: str | None
    after: str | None


def title_of(entry: Entry) -> str:
    """Return what was done. An action of a newer version is shown as its code."""
    known = entry.action in tuple(Action)
    return say(TITLES[Action(entry.action)]) if known else entry.action


def actor_of(entry: Entry) -> str:
    """Return who did it, as they were called then."""
    kind = entry.actor_kind
    text = _ACTORS[ActorKind(kind)] if kind in tuple(ActorKind) else "%(name)s"
    return say(text, name=entry.actor_name or entry.actor)


def changes_of(entry: Entry) -> Sequence[Part]:
    """Return the values of an entry, those before next to those after."""
    before, after = _values(entry.before), _values(entry.after)
    names = [*after, *(name for name in before if name not in after)]
    return [
        Part(say(_FIELDS.get(name, name)), _word(before, name), _word(after, name))
        for name in names
    ]


def _values(stored: Any) -> Mapping[str, Any]:
    return stored if isinstance(stored, dict) else {}


def _word(values: Mapping[str, Any], name: str) -> str | None:
    if name not in values:
        return None
    value = values[name]
    if value is None or value == "":
        return say("none")
    if isinstance(value, bool):
        return say("On") if value else say("Off")
    if name == "role" and value in ROLES:
        return say(ROLES[value])
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
