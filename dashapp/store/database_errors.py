"""What to do about a database that cannot be used: one sentence or two per error."""

from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from dashapp.store.database_url import SETTING

# A part of the error's first line, and what to do about it. PostgreSQL may speak another language:
# then only the general advice is given.
_POSTGRESQL = (
    ("password authentication failed", f"Check the user and password in {SETTING}."),
    ("no password supplied", f"Add the password to {SETTING}."),
    ("no pg_hba.conf entry", "Allow this user and machine in PostgreSQL's pg_hba.conf."),
    ("database", f"Create it with createdb, or correct the name in {SETTING}."),
    ("role", f"Create it with createuser, or correct the user in {SETTING}."),
    ("Connection refused", f"Start PostgreSQL, or correct the host and port in {SETTING}."),
    ("permission denied", "Run “dashapp db upgrade” as the owner of the tables."),
)
_NEEDS_ABSENCE = frozenset({"database", "role"})
_SQLITE = (
    ("not a database", f"is not a SQLite database. Choose another file in {SETTING}."),
    ("readonly", "can only be read by this user. Change the permissions of the file."),
    ("locked", "is in use by another program. Try again."),
    ("malformed", "is damaged. Restore a backup (docs/operate.md)."),
    ("full", "cannot grow, because the disk is full."),
)


def explain(error: DBAPIError, url: URL) -> str:
    """Return one line: what is wrong with the database, and what to do. It has no password."""
    reason = first_line(error)
    if url.get_backend_name() == "sqlite":
        return _explain_sqlite(reason, Path(str(url.database)))
    return f"Database error: {reason.rstrip('.')}. {_advice(error, reason)}".rstrip()


def first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else type(error.orig).__name__


def explain_file(error: OSError, path: Path) -> str:
    """Return one line: why a SQLite file cannot be created or opened, and what to do."""
    reason = (error.strerror or str(error)).lower()
    return f"Cannot open the database {path}: {reason}. Change the permissions, or {SETTING}."


def _advice(error: DBAPIError, reason: str) -> str:
    for part, advice in _POSTGRESQL:
        if part in reason and (part not in _NEEDS_ABSENCE or "does not exist" in reason):
            return advice
    is_answer = getattr(error.orig, "sqlstate", None) is not None  # the server is there
    return "" if is_answer else f"Check {SETTING}, and that PostgreSQL is running."


def _explain_sqlite(reason: str, path: Path) -> str:
    for part, text in _SQLITE:
        if part in reason:
            return f"The database {path} {text}"
    if "unable to open" in reason:
        try:
            path.open("rb").close()
        except OSError as error:
            return explain_file(error, path)
        reason = "its folder cannot be written to"
    return f"Cannot use the database {path}: {reason}. Check {SETTING}."
