"""Who does something, and what: the words of the audit."""

from enum import StrEnum
from typing import NamedTuple


class ActorKind(StrEnum):
    """What kind of actor did it."""

    MEMBER = "member"  # a person who is signed in
    KEY = "key"  # a key or an embed token of the org
    INSTALLATION_KEY = "installation_key"
    OPERATOR = "operator"  # a person with a shell on the server
    SYSTEM = "system"  # dashapp itself, such as upkeep


class Actor(NamedTuple):
    """Who acts. `id` is a user's or a key's, or the operating system user of an operator.

    `name` is the address or the name as it is now: entries keep it. `address` and `browser` say
    where from, if that is known.
    """

    kind: ActorKind
    id: str
    name: str
    address: str = ""
    browser: str = ""
    request_id: str = ""

    @property
    def is_member(self) -> bool:
        return self.kind is ActorKind.MEMBER


def operator_named(user: str) -> Actor:
    """Return the operating system's user who runs a command."""
    return Actor(ActorKind.OPERATOR, user or "unknown", user or "unknown")


SYSTEM = Actor(ActorKind.SYSTEM, "dashapp", "dashapp")


class Action(StrEnum):
    """What was done. docs/reference/audit.md says what each means."""

    SIGNED_IN = "signed_in"
    BREAK_GLASS = "break_glass"
    SIGN_IN_FAILED = "sign_in_failed"
    ACCOUNT_LOCKED = "account_locked"
    SIGNED_OUT = "signed_out"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name
    RESET_LINK_MADE = "reset_link_made"
    SECOND_FACTOR_ADDED = "second_factor_added"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    IDENTITY_LINKED = "identity_linked"
    MEMBER_ADDED = "member_added"
    MEMBER_INVITED = "member_invited"
    INVITATION_REVOKED = "invitation_revoked"
    INVITATION_ACCEPTED = "invitation_accepted"
    ROLE_CHANGED = "role_changed"
    MEMBER_REMOVED = "member_removed"
    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    KEY_USED = "key_used"
    ORIGIN_ADDED = "origin_added"
    ORIGIN_REMOVED = "origin_removed"
    SETTINGS_CHANGED = "settings_changed"
    PROVIDER_CHANGED = "provider_changed"
    DASHBOARD_ADDED = "dashboard_added"
    DASHBOARD_CHANGED = "dashboard_changed"
    DASHBOARD_REMOVED = "dashboard_removed"
    BOARD_APPLIED = "board_applied"
    EMBED_SESSION_MADE = "embed_session_made"
    USER_ERASED = "user_erased"
    EVENT_REMOVED = "event_removed"
    EVENTS_IMPORTED = "events_imported"
    IMPORT_UNDONE = "import_undone"
    EXPORTED = "exported"
    ORG_ADDED = "org_added"
    ORG_REMOVED = "org_removed"
    SLUG_RELEASED = "slug_released"
    SUPPORT_ACCESS = "support_access"
