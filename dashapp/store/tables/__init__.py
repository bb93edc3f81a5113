"""All tables. Private to `store`: queries see `store.scoped`, which cannot be read without an org.

Owned tables carry `org_id`, first in the primary key, in every unique constraint and in every
index: that is what isolates orgs, what makes range scans short, and what Citus shards by. The
others are read before an org is known (reference tables on Citus).

Times are microseconds since 1970 in UTC.
"""

from dashapp.store.tables.metadata import METADATA
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
from dashapp.store.tables.shared import (
    keys,
    login_attempts,
    login_sessions,
    memberships,
    orgs,
    origins,
    users,
)
from dashapp.store.tables.tallied import event_users, seen, tally, tally_states

OWNED = (
    projects,
    org_states,
    events,
    imports,
    event_types,
    event_fields,
    tombstones,
    send_limits,
    event_users,
    tally_states,
    tally,
    seen,
    dashboards,
    panels,
    embed_log,
)

__all__ = [
    "METADATA",
    "OWNED",
    "dashboards",
    "embed_log",
    "event_fields",
    "event_types",
    "event_users",
    "events",
    "imports",
    "keys",
    "login_attempts",
    "login_sessions",
    "memberships",
    "org_states",
    "orgs",
    "origins",
    "panels",
    "projects",
    "seen",
    "send_limits",
    "tally",
    "tally_states",
    "tombstones",
    "users",
]
