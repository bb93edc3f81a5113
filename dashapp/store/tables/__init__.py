"""All tables. Private to `store`: queries use `store.sql.scoped`, which requires an org.

Rows of owned tables belong to an org (`owned_table`). The other tables are read before the org is
known; on Citus they are reference tables. Times are microseconds since 1970 in UTC.
"""

from dashapp.store.tables.metadata import IS_OWNED, METADATA
from dashapp.store.tables.owned import (
    dashboards,
    embed_log,
    event_fields,
    event_types,
    events,
    imports,
    org_states,
    panels,
    projects,
    send_limits,
    tombstones,
)
from dashapp.store.tables.sealed import sealed_days, segments
from dashapp.store.tables.shared import (
    definition_versions,
    definitions,
    keys,
    login_attempts,
    login_sessions,
    memberships,
    moments,
    orgs,
    origins,
    users,
)
from dashapp.store.tables.tallied import (
    event_users,
    event_values,
    measured,
    seen,
    spreads,
    tally,
    tally_states,
)

OWNED = tuple(table for table in METADATA.tables.values() if table.info.get(IS_OWNED))

__all__ = [
    "METADATA",
    "OWNED",
    "dashboards",
    "definition_versions",
    "definitions",
    "embed_log",
    "event_fields",
    "event_types",
    "event_users",
    "event_values",
    "events",
    "imports",
    "keys",
    "login_attempts",
    "login_sessions",
    "measured",
    "memberships",
    "moments",
    "org_states",
    "orgs",
    "origins",
    "panels",
    "projects",
    "sealed_days",
    "seen",
    "segments",
    "send_limits",
    "spreads",
    "tally",
    "tally_states",
    "tombstones",
    "users",
]
