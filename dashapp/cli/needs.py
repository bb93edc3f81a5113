"""Which tallies orgs need, for commands: those that their panels read."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashapp.dashboards.needs import needs_digest
from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.store.boards.loading import definitions_of
from dashapp.store.boards.usage import usage_of
from dashapp.store.engine import Store
from dashapp.store.upkeep import Needs

if TYPE_CHECKING:
    from dashapp.widgets.library import Library


def needs_for_upkeep(store: Store) -> Needs:
    """Return what orgs need, with a digest that tells upkeep when to compare it with each org."""
    library = _library(store)
    digest = needs_digest(library.definitions, library.tallies(()))
    return Needs(_needs_with(store, library), digest)


def needs_of_orgs(store: Store) -> Callable[[Scope], Sequence[Tally]]:
    """Return the function that finds the tallies of an org, with the definitions of now."""
    return _needs_with(store, _library(store))


def _library(store: Store) -> "Library":
    from dashapp.widgets.catalog import load_catalog
    from dashapp.widgets.library import Library

    return Library(load_catalog(), definitions_of(store))


def _needs_with(store: Store, library: "Library") -> Callable[[Scope], Sequence[Tally]]:
    def needs(scope: Scope) -> Sequence[Tally]:
        with store.read_primary(scope) as session:
            panels = [placed.panel for placed in usage_of(session, scope).panels]
        return library.tallies(panels)

    return needs
