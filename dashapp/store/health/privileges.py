"""The PostgreSQL role that queries run as: what it needs, and what it must not have.

A restored backup has the tables and their policies, but neither the role nor its privileges.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from dashapp.domain.errors import ConfigurationError
from dashapp.store.tables import APPEND_ONLY, METADATA, OWNED

_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"
_CHANGES = ("UPDATE", "DELETE", "TRUNCATE")
# Functions of the tables' owner that delete old entries of the audit.
_PRUNING = (
    "dashapp_prune_audit(bigint, integer)",
    "dashapp_prune_installation_audit(bigint, integer)",
)
_ORG = "org_id = NULLIF(current_setting('app.org_id', true), '')::int"
_UPGRADE = "Run: dashapp db upgrade"
_HAS_POLICY = text(
    "SELECT bool_or(polname = 'org' AND polpermissive AND polcmd = '*' "
    "AND pg_get_expr(polqual, polrelid) LIKE '%app.org_id%'), "
    "bool_or(polname <> 'org' AND polpermissive) FROM pg_policy WHERE polrelid = to_regclass(:name)"
)


def grant(connection: Connection, role: str) -> None:
    """Let the role read and write all tables, and protect the rows of each org.

    Does what is missing only. Raises ConfigurationError if this user may not create the role.
    """
    rights = _row(connection, "SELECT 1 FROM pg_roles WHERE rolname = :role", role=role)
    if rights is None:
        _create(connection, role)
    is_member = _row(connection, "SELECT pg_has_role(:role, 'MEMBER')", role=role)
    if not (is_member and is_member[0]):
        connection.exec_driver_sql(f"GRANT {role} TO CURRENT_USER")
    for command in (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT {_RIGHTS} ON ALL TABLES IN SCHEMA public TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
        f"ALTER DEFAULT PRIVILEGES GRANT {_RIGHTS} ON TABLES TO {role}",
    ):
        connection.exec_driver_sql(command)
    for table in OWNED:
        if _exists(connection, table.name):
            _protect(connection, table.name)
    _keep_audit(connection, role)


def _exists(connection: Connection, table: str) -> bool:
    return bool(_row(connection, "SELECT to_regclass(:name)", name=table) != (None,))


def _keep_audit(connection: Connection, role: str) -> None:
    """Take the right to change or delete entries of the audit away from the role."""
    for table in APPEND_ONLY:
        if _exists(connection, table.name):
            connection.exec_driver_sql(f"REVOKE {', '.join(_CHANGES)} ON {table.name} FROM {role}")
    for function in _PRUNING:
        if _row(connection, "SELECT to_regprocedure(:name)", name=function) != (None,):
            connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def _create(connection: Connection, role: str) -> None:
    may = _row(
        connection, "SELECT rolsuper OR rolcreaterole, current_user FROM pg_roles "
        "WHERE rolname = current_user"
    )  # fmt: skip
    if may is None or not may[0]:
        user = may[1] if may else "this user"
        raise ConfigurationError(
            f"This user may not create roles. Let an administrator run: CREATE ROLE {role} "
            f"NOLOGIN NOSUPERUSER NOBYPASSRLS; GRANT {role} TO {user}; then run this again."
        )
    connection.exec_driver_sql(
        f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
    )


def _protect(connection: Connection, table: str) -> None:
    is_protected = _row(
        connection, "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class "
        "WHERE oid = to_regclass(:name)", name=table,
    )  # fmt: skip
    if is_protected != (True,):
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    if not connection.execute(_HAS_POLICY, {"name": table}).one()[0]:
        connection.exec_driver_sql(f"DROP POLICY IF EXISTS org ON {table}")
        connection.exec_driver_sql(
            f"CREATE POLICY org ON {table} USING ({_ORG}) WITH CHECK ({_ORG})"
        )


def problems(connection: Connection, role: str) -> list[str]:
    """Return why queries would fail or see too much: a sentence per problem, with a fix."""
    rights = _row(
        connection, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = :role", role=role
    )
    if rights is None:
        return [f"The role {role} does not exist. {_UPGRADE}"]
    faults = [*_faults_of_role(connection, role)]
    if rights[0]:
        faults.append(
            f"The role {role} can bypass row-level security. "
            f"Run: ALTER ROLE {role} NOBYPASSRLS NOSUPERUSER"
        )
    for table in OWNED:
        faults += _faults_of_table(connection, role, table.name)
    return faults


def _faults_of_role(connection: Connection, role: str) -> Iterator[str]:
    may_become, user, may_use = _one(
        connection, "SELECT pg_has_role(:role, 'MEMBER'), current_user, "
        "has_schema_privilege(:role, 'public', 'USAGE')", role=role,
    )  # fmt: skip
    if not may_become:
        yield f"The user {user} cannot act as the role {role}. {_UPGRADE}"
    names = [name for name in METADATA.tables if not _may_use(connection, role, name)]
    may_read = _one(
        connection, "SELECT has_table_privilege(:role, 'alembic_version', 'SELECT')", role=role
    )
    names += [] if may_read[0] else ["alembic_version"]
    if not may_use:
        yield f"The role {role} may not use the schema public. {_UPGRADE}"
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004
        tables = ", ".join(names[:3]) + more
        yield f"The role {role} may not read and write these tables: {tables}. {_UPGRADE}"


def _may_use(connection: Connection, role: str, table: str) -> bool:
    """Return whether the role may read and write a table, but not change what is append-only."""
    kept = _CHANGES if METADATA.tables[table] in APPEND_ONLY else ()
    rights = {right: right not in kept for right in {*_RIGHTS.split(", "), *kept}}
    each = " AND ".join(
        f"has_table_privilege(:role, to_regclass(:name), '{right}') = {is_needed}"
        for right, is_needed in rights.items()
    )
    return bool(_one(connection, f"SELECT {each}", role=role, name=table)[0])


def _faults_of_table(connection: Connection, role: str, table: str) -> Iterator[str]:
    owner, is_forced = _one(
        connection, "SELECT pg_get_userbyid(relowner), relrowsecurity AND relforcerowsecurity "
        "FROM pg_class WHERE oid = to_regclass(:name)", name=table,
    )  # fmt: skip
    if owner == role:
        yield f"The role {role} owns the table {table}. Change its owner."
    if not is_forced:
        yield f"Row-level security is off on {table}. Enable and force it, or: dashapp db upgrade"
    has_policy, has_more = connection.execute(_HAS_POLICY, {"name": table}).one()
    if not has_policy:
        yield f"The table {table} has no policy for the rows of an org. {_UPGRADE}"
    if has_more:
        yield f"The table {table} has policies that show more rows. Drop all but “org”."


def _row(connection: Connection, statement: str, **params: str) -> Any:
    row = connection.execute(text(statement), params).first()
    return None if row is None else tuple(row)


def _one(connection: Connection, statement: str, **params: str) -> Any:
    return connection.execute(text(statement), params).one()
