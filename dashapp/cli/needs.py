"""Which tallies orgs need, for commands: those that their panels read."""

from collections.abc import Callable, Sequence

from dashapp.domain.access.scope import Scope
from dashapp.domain.metrics.tallies import Tally
from dashapp.store.boards.loading import definitions_of
from dashapp.store.boards.usage import usage_of
from dashapp.store.engine import Store


def needs_of_orgs(store: Store) -> Callable[[Scope], Sequence[Tally]]:
    """Return the function that finds the tallies of an org, with the definitions of now."""
    from dashapp.widgets.catalog import load_catalog
    from dashapp.widgets.library import Library

    library = Library(load_catalog(), definitions_of(store))

    def needs(scope: Scope) -> Sequence[Tally]:
        with store.read_primary(scope) as session:
            panels = [placed.panel for placed in usage_of(session, scope).panels]
        return library.tallies(panels)

    return needs
