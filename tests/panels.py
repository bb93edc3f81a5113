"""The panels of built-in boards, as queries that a test can run, and the tallies that they read."""

from dataclasses import replace

from dashapp.domain.metrics.conditions import Condition
from dashapp.domain.metrics.tallies import STANDARD, Label, Tally
from dashapp.queries.reading.together import Asking, answer_together
from dashapp.store.boards.loading import built_in_definitions
from dashapp.store.tallies import updates
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.library import Library

SEARCH_TERMS = Tally(types=("conversation.search_term",), by="properties.term", label=Label.FOLDED)
PRODUCTS_ADDED = Tally(
    types=("conversation.product_added_to_cart",), by="properties.product", label=Label.TRIMMED
)
WARNINGS_BY_CODE = Tally(
    types=("finding.recorded",),
    by="properties.code",
    label=Label.TRIMMED,
    where=(Condition("properties.severity", ("WARNING",)),),
)


def built_in(*widgets) -> Library:
    """Return the library of built-in boards, with these Python widgets."""
    return Library(Catalog(widgets), built_in_definitions())


def panel(slug: str, limit: int | None = None):
    """Return the query of a built-in panel."""
    widget = built_in().find(slug)
    return widget.query if limit is None else widget.query.with_limit(limit)


def ask(session, scope, time_range, question):
    """Return what a question returns."""
    return answer_together(Asking(session, scope, time_range), [question])[0]


ALL_TALLIES = tuple(
    dict.fromkeys(
        [*STANDARD, *(tally for o in built_in().offered() for tally in o.widget.query.tallies)]
    )
)
OPERATIONS = tuple(panel.slug for panel in built_in_definitions().boards["operations"].board.panels)


def catalog_with(*slugs: str, **changes) -> Catalog:
    """Return widgets like these panels of built-in boards, with these changes.

    Panels that name no board show them instead: see `factories.place`.
    """
    return Catalog(replace(built_in().find(slug), **changes) for slug in slugs)


def keep(store, owner, tallies=ALL_TALLIES):
    """Let an org count these tallies from its next event on."""
    with store.write(owner) as session:
        updates.declare(session, owner, tallies)
