"""Which types of events have a property?"""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.store.events.fields import ANY
from dashapp.store.orgs.states import org_state
from dashapp.store.sql.dialect import as_texts
from dashapp.store.sql.parameters import listed
from dashapp.store.sql.scoped import event_fields, event_types

_TYPES = select(event_types.c.type)
_FIELDS = select(event_fields.c.type, event_fields.c.name).where(
    event_fields.c.name.in_(listed("names"))
)


class Fields:
    """The properties of an org's types of events, over its whole history.

    `types` are all there are, `of` the types that have a property. Where that is not known yet,
    all of them have every property.
    """

    def __init__(self, types: Collection[str], of: Mapping[str, Collection[str]] | None) -> None:
        self._types = types
        self._of = of

    def have(self, types: Collection[str], name: str) -> bool:
        """Whether events of these types have a property; without types, whether any events do.

        Of several types, all that the org has sent must have it: a part of them counted alone
        makes wrong rates.
        """
        if self._of is None:
            return True
        having = set(self._of.get(name, ())) | set(self._of.get(ANY, ()))
        if not types:
            return bool(having)
        sent = set(types) & set(self._types)
        return bool(sent) and sent <= having


def fields(session: Session, scope: Scope, names: Collection[str]) -> Fields:
    """What is known of these properties."""
    if not org_state(session, scope).has_fields:
        return Fields((), None)
    types = session.execute(_TYPES, scope.params).scalars().all()
    of: dict[str, set[str]] = {}
    params = {**scope.params, "names": as_texts({*names, ANY})}
    for kind, name in session.execute(_FIELDS, params):
        of.setdefault(name, set()).add(kind)
    return Fields(types, of)
