"""Which tallies orgs keep because of the panels on their dashboards."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from dashapp.dashboards.template import DashboardTemplate
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.boards.own_panels import defined_panel
from dashapp.domain.metrics.tallies import STANDARD, Tally
from dashapp.queries.questions.defined import tallies_of_panel
from dashapp.store.boards.usage import usage_of
from dashapp.store.engine import Store
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.store.orgs.orgs import list_orgs
from dashapp.store.orgs.states import org_state
from dashapp.store.tallies import updates

# Returns the tallies that panels read.
Needs = Callable[[Definitions, Sequence[SavedPanel]], Sequence[Tally]]


class Missing(NamedTuple):
    """Tallies that an org's panels need and that it does not keep yet."""

    scope: Scope
    tallies: Sequence[Tally]


def panel_tallies(definitions: Definitions, panels: Sequence[SavedPanel]) -> Sequence[Tally]:
    """Return the tallies that every org keeps, and those of panels of boards."""
    defined = (defined_panel(definitions, p.board, p.widget, p.config) for p in panels)
    own = (tally for panel in defined if panel for tally in tallies_of_panel(panel))
    return list(dict.fromkeys([*STANDARD, *own]))


NEEDS: Needs = panel_tallies


def needs_digest(definitions: Definitions, more: Iterable[Tally] = ()) -> str:
    """Return a digest of what panels of all boards need; it changes when any of that changes.

    `more` are the tallies that every org keeps for widgets written in Python.
    """
    kept = dict.fromkeys([*STANDARD, *more])
    lines = [tally.definition for tally in kept]
    for name, defined in sorted(definitions.boards.items()):
        for panel in defined.board.panels:
            found = definitions.panel(name, panel.slug)
            needed = tallies_of_panel(found) if found else ()
            lines += [f"{name} {panel.slug}", *(tally.definition for tally in needed)]
    return sha256("\n".join(lines).encode()).hexdigest()


def tallies_of_templates(
    definitions: Definitions, templates: Iterable[DashboardTemplate], needs: Needs = NEEDS
) -> Sequence[Tally]:
    """Return the tallies that dashboards from these templates need."""
    panels = [panel for template in templates for panel in template.saved_panels()]
    return needs(definitions, panels)


def missing_tallies(
    store: Store,
    make_scope: Callable[[Org], Scope],
    definitions: Definitions,
    needs: Needs = NEEDS,
) -> list[Missing]:
    """Return what the orgs' panels need with these definitions and is not kept yet, by org."""
    missing = []
    with store.read_shared() as session:
        for org in list_orgs(session):
            scope = make_scope(org)
            store.enter_org(session, scope)
            panels = [placed.panel for placed in usage_of(session, scope).panels]
            kept = {kept.tally for kept in org_state(session, scope).tallies}
            tallies = [tally for tally in needs(definitions, panels) if tally not in kept]
            if tallies:
                missing.append(Missing(scope, tallies))
    return missing


def declare_missing(store: Store, missing: Iterable[Missing]) -> None:
    """Let each org keep its missing tallies, from the next event on. Upkeep counts past days."""
    for scope, tallies in missing:
        with store.write(scope) as session:
            updates.declare(session, scope, tallies)
