"""Adds orgs, each with its default project, tallies, and dashboards."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from dashapp.dashboards.from_template import dashboard_from
from dashapp.dashboards.needs import NEEDS, Needs, needs_digest, tallies_of_templates
from dashapp.dashboards.template import DashboardTemplate
from dashapp.dashboards.templates import templates_named
from dashapp.domain.access.actors import Actor
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.domain.metrics.folding import KeptTally
from dashapp.store.administration.orgs import record_added
from dashapp.store.engine import Store
from dashapp.store.orgs.dashboards import SavedDashboard, SavedPanel
from dashapp.store.orgs.new_orgs import FirstRows, NewOrg, check_new_org, insert_orgs
from dashapp.store.tallies.updates import ALWAYS

MakeScope = Callable[[Org], Scope]
_PER_TRANSACTION = 500  # on SQLite, other writers wait for a quarter of a second


class Added(NamedTuple):
    """What a transaction did: the orgs that it added, and how many existed already."""

    orgs: Sequence[Org]
    existing: int


def add_orgs(
    store: Store,
    make_scope: MakeScope,
    new_orgs: Iterable[NewOrg],
    first: FirstRows,
    *,
    actor: Actor | None = None,
) -> Iterator[Added]:
    """Add orgs with these first rows, some hundred in a transaction; yield what each did.

    Orgs that exist are left as they are, so it is safe to run again. The audits say that `actor`
    did it. Raises BadInput for an invalid value: orgs of earlier transactions have been added.
    """
    remaining = iter(new_orgs)
    while batch := list(islice(remaining, _PER_TRANSACTION)):
        for new in batch:
            check_new_org(new)
        with store.write_shared() as session:
            orgs = insert_orgs(session, make_scope, batch, first)
            if actor is not None:
                record_added(store, session, [make_scope(org) for org in orgs], first, actor)
        yield Added(orgs, len(batch) - len(orgs))


def first_rows(
    definitions: Definitions, boards: Sequence[str] | None, *, now: int, needs: Needs = NEEDS
) -> FirstRows:
    """Return the rows of a new org with these boards, or with those of new orgs.

    Raises NotFound for an unknown board.
    """
    templates = templates_named(definitions, definitions.new_orgs if boards is None else boards)
    tallies = tallies_of_templates(definitions, templates, needs)
    kept = [KeptTally(number, tally, ALWAYS) for number, tally in enumerate(tallies, 1)]
    return FirstRows(kept, _dashboards(templates, now), needs_digest(definitions), now)


class FirstRowsCache:
    """The first rows of new orgs, kept while the definitions stay the same.

    Finding out what a board needs takes longer than adding an org.
    """

    _MOST = 50  # lists of boards

    def __init__(self) -> None:
        self._kept: tuple[Definitions | None, dict[tuple[str, ...] | None, FirstRows]] = (None, {})

    def of(
        self, definitions: Definitions, boards: tuple[str, ...] | None, *, now: int
    ) -> FirstRows:
        """Return what `first_rows` returns. Raises NotFound for an unknown board."""
        known, rows = self._kept
        if known is not definitions or len(rows) > self._MOST:
            self._kept = _, rows = definitions, {}
        if boards not in rows:
            rows[boards] = first_rows(definitions, boards, now=now)
        return _at(rows[boards], now)


def _at(first: FirstRows, now: int) -> FirstRows:
    dated = [(saved._replace(created_at=now), panels) for saved, panels in first.dashboards]
    return first._replace(dashboards=dated, created_at=now)


def _dashboards(
    templates: Iterable[DashboardTemplate], now: int
) -> list[tuple[SavedDashboard, Sequence[SavedPanel]]]:
    """Return a dashboard for each template. One of them is the default of the project."""
    dashboards: list[tuple[SavedDashboard, Sequence[SavedPanel]]] = []
    has_default = False
    for template in templates:
        dashboard = dashboard_from(template, DEFAULT_PROJECT, is_first=not dashboards, now=now)
        dashboard = dashboard._replace(is_default=dashboard.is_default and not has_default)
        has_default = has_default or dashboard.is_default
        dashboards.append((dashboard, template.saved_panels()))
    return dashboards
