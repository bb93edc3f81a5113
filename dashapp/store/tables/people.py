"""People: memberships, sessions, and how they prove who they are. Read before an org is known.

On Citus, they are reference tables.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)

from dashapp.store.tables.metadata import METADATA

# The ids of users are never used again, after they were deleted.
users = Table(
    "users",
    METADATA,
    Column("id", Integer, Identity(), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),  # empty for people without a password
    Column("locale", String(16)),  # null for the org's or the browser's language
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    Column("name", String(200)),
    Column("theme", String(8)),  # light or dark; null for the browser's
    Column("email_confirmed_at", BigInteger),  # null if nobody proved that it is theirs
    sqlite_autoincrement=True,
)

memberships = Table(
    "memberships",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_memberships_org_id", "org_id"),
)

# `is_tracked` says whether the session's login and logout events are stored. Missing events are
# stored later, exactly once.
login_sessions = Table(
    "login_sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE")),
    Column("form_digest", String(64), nullable=False),
    Column("path", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("end_reason", String(20)),
    Column("is_tracked", Boolean, nullable=False, server_default=false()),
    Column("provider", String(16)),  # the identity provider of an org: opens only that org
    Column("method", String(20), nullable=False, server_default="password"),
    Column("address", String(45), nullable=False, server_default=""),
    Column("browser", String(100), nullable=False, server_default=""),
    Column("confirmed_at", BigInteger),  # when the person last proved who they are
    Index("ix_login_sessions_user_id", "user_id"),
    Index("ix_login_sessions_org_id", "org_id"),
    Index("ix_login_sessions_form_digest", "form_digest"),
    Index("ix_login_sessions_ended_at_last_seen_at", "ended_at", "last_seen_at"),
    Index("ix_login_sessions_is_tracked_created_at", "is_tracked", "created_at"),
)

# People whom an org removed come back by invitation only.
removed_members = Table(
    "removed_members",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), primary_key=True),
    Column("removed_at", BigInteger, nullable=False),
    Index("ix_removed_members_org_id", "org_id"),
)

# An address has at most one invitation to an org. The link of a mail has the secret.
invitations = Table(
    "invitations",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("org_id", Integer, ForeignKey("orgs.id", ondelete="CASCADE"), nullable=False),
    Column("email", String(320), nullable=False),
    Column("role", String(20), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("invited_by", String(320), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("is_mailed", Boolean, nullable=False),  # else, who invites hands the link over
    Index("uq_invitations_org_id_email", "org_id", "email", unique=True),
)

# Links to choose a new password, by their hash. They work once.
password_resets = Table(
    "password_resets",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("is_mailed", Boolean, nullable=False),  # else, an operator hands the link over
    Index("ix_password_resets_user_id", "user_id"),
)

# People who gave their password, but not their second factor yet. They have no session.
sign_ins = Table(
    "sign_ins",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("password_hash", String(255), nullable=False),  # a new one ends the sign-in
    Column("form_digest", String(64), nullable=False),
    Column("next", String(500), nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_sign_ins_user_id", "user_id"),
)

# Authenticator apps. The secret is sealed; a code is refused up to `last_step` (RFC 6238).
authenticators = Table(
    "authenticators",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("last_step", BigInteger, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger),  # null until a first code was right
)

recovery_codes = Table(
    "recovery_codes",
    METADATA,
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("used_at", BigInteger),
)

# Passkeys (WebAuthn). `handle` is random: it names the user to their authenticator.
passkeys = Table(
    "passkeys",
    METADATA,
    Column("id", String(400), primary_key=True),  # base64url
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("handle", String(64), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", String(100), nullable=False),
    Column("transports", JSON, nullable=False, server_default="[]"),
    Column("created_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Index("ix_passkeys_user_id", "user_id"),
)

# What a browser must sign with a passkey. Each works once.
challenges = Table(
    "challenges",
    METADATA,
    Column("digest", String(64), primary_key=True),  # of the browser's cookie
    Column("purpose", String(20), primary_key=True),
    Column("challenge", String(100), nullable=False),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE")),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_challenges_created_at", "created_at"),
)

# Login attempts per subject (hashed) and 15 minutes, counted across all workers.
login_attempts = Table(
    "login_attempts",
    METADATA,
    Column("subject", String(64), primary_key=True),
    Column("slot", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
    Index("ix_login_attempts_slot", "slot"),
)
