"""All tables. Private to `store`: queries use `store.sql.scoped`, which requires an org.

Rows of owned tables belong to an org (`owned_table`). The other tables are read before the org is
known; on Citus they are reference tables. Times are microseconds since 1970 in UTC.
"""

from dashapp.store.tables.installation import (
    installation_audit,
    installation_keys,
    outbox,
    removals,
    reserved_slugs,
)
from dashapp.store.tables.metadata import IS_APPEND_ONLY, IS_OWNED, METADATA
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
    saved_views,
    send_limits,
    tombstones,
)
from dashapp.store.tables.people import (
    authenticators,
    challenges,
    invitations,
    login_attempts,
    login_sessions,
    memberships,
    passkeys,
    password_resets,
    recovery_codes,
    removed_members,
    sign_ins,
    users,
)
from dashapp.store.tables.records import (
    audit,
    audit_doors,
    erasures,
    logos,
    rejections,
    usage,
    usage_viewers,
)
from dashapp.store.tables.sealed import sealed_days, segments
from dashapp.store.tables.shared import (
    definition_versions,
    definitions,
    keys,
    moments,
    orgs,
    origins,
)
from dashapp.store.tables.sign_on import (
    identities,
    provider_documents,
    providers,
    sign_on_domains,
    sign_ons,
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
APPEND_ONLY = tuple(table for table in METADATA.tables.values() if table.info.get(IS_APPEND_ONLY))

__all__ = [
    "APPEND_ONLY",
    "METADATA",
    "OWNED",
    "audit",
    "audit_doors",
    "authenticators",
    "challenges",
    "dashboards",
    "definition_versions",
    "definitions",
    "embed_log",
    "erasures",
    "event_fields",
    "event_types",
    "event_users",
    "event_values",
    "events",
    "identities",
    "imports",
    "installation_audit",
    "installation_keys",
    "invitations",
    "keys",
    "login_attempts",
    "login_sessions",
    "logos",
    "measured",
    "memberships",
    "moments",
    "org_states",
    "orgs",
    "origins",
    "outbox",
    "panels",
    "passkeys",
    "password_resets",
    "projects",
    "provider_documents",
    "providers",
    "recovery_codes",
    "rejections",
    "removals",
    "removed_members",
    "reserved_slugs",
    "saved_views",
    "sealed_days",
    "seen",
    "segments",
    "send_limits",
    "sign_ins",
    "sign_on_domains",
    "sign_ons",
    "spreads",
    "tally",
    "tally_states",
    "tombstones",
    "usage",
    "usage_viewers",
    "users",
]
