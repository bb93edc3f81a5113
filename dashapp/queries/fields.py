"""Which event types have a property?"""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Scope
from dashapp.domain.events.shapes import has_path, recorded_path
from dashapp.domain.metrics.tallies import is_of_types
from dashapp.store.events.fields import ANY
from dashapp.store.orgs.states import org_state
from dashapp.store.sql.dialect import as_texts
from dashapp.store.sql.parameters import text_values
from dashapp.store.sql.scoped import event_fields, event_types

_TYPES = select(event_types.c.type)
_FIELDS = select(event_fields.c.type, event_fields.c.name, event_fields.c.kinds).where(
    event_fields.c.name.in_(text_values("names"))
)


class Fields:
    """The properties of an org's event types, over its whole history.

    `types` are all event types of the org; `types_by_property` maps each property to the types that
    have it. None means that this is not recorded yet: every type then has every property.
    """

    def __init__(
        self, types: Collection[str], types_by_property: Mapping[str, Collection[str]] | None
    ) -> None:
        self._types = types
        self._types_by_property = types_by_property

    def has_property(self, types: Collection[str], name: str, *, is_in_all: bool = True) -> bool:
        """Whether events of these types have the property. Without types: whether any event has it.

        All of these types that the org has sent must have the property: counting only some of them
        would give wrong rates. Without `is_in_all`, one of the types is enough.
        """
        if self._types_by_property is None:
            return True
        types_with_property = {
            *self._types_by_property.get(name, ()),
            *self._types_by_property.get(ANY, ()),
        }
        if not types:
            return bool(types_with_property)
        sent_types = {name for name in self._types if is_of_types(name, types)}
        if not is_in_all:
            return bool(sent_types & types_with_property)
        return bool(sent_types) and sent_types <= types_with_property


def fields(session: Session, scope: Scope, names: Collection[str]) -> Fields:
    """The event types that have each of these properties, given as paths such as `wait.seconds`."""
    if not org_state(session, scope).has_fields:
        return Fields((), None)
    types = session.execute(_TYPES, scope.params).scalars().all()
    types_by_property: dict[str, set[str]] = {}
    params = {**scope.params, "names": as_texts({ANY, *map(recorded_path, names)})}
    for event_type, recorded, kinds in session.execute(_FIELDS, params):
        for name in {ANY, *names}:
            if recorded_path(name) == recorded and (not name or has_path(name, kinds)):
                types_by_property.setdefault(name, set()).add(event_type)
    return Fields(types, types_by_property)
