"""Applies board files: all of them in one transaction, or none."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from dashapp.domain.access.actors import Action, operator_named
from dashapp.domain.boards.assembling import assemble
from dashapp.domain.boards.changes.plan import Given, Plan, State, make_plan
from dashapp.domain.boards.changes.preparing import FileFaults, NamedFile, Prepared, prepare
from dashapp.domain.boards.definitions import Definitions
from dashapp.domain.boards.sources import Body, Key
from dashapp.store.audit.entries import add_installation_entry
from dashapp.store.boards.built_in import built_in_files
from dashapp.store.boards.stored import (
    Applied,
    StoredSources,
    lock_definitions,
    store_sources,
    stored_sources,
)
from dashapp.store.engine import Store


class Outcome(NamedTuple):
    """What was or would be applied. `version` is None if nothing was stored."""

    plan: Plan
    definitions: Definitions
    warnings: Sequence[FileFaults]
    has_changes: bool
    version: int | None = None


def apply_files(
    store: Store,
    files: Sequence[NamedFile],
    widgets: frozenset[str],
    reach: Mapping[str, int],
    *,
    by: str,
    now: int,
) -> Outcome:
    """Apply files as one new version. Stores nothing if they change nothing.

    `widgets` are the slugs of Python widgets, `reach` is how many dashboards each board has.
    Raises FilesRefused with all faults.
    """
    with store.write_shared() as session:
        lock_definitions(session)
        stored = stored_sources(session)
        prepared, outcome = _prepare(stored, files, widgets, reach)
        if not outcome.has_changes:
            return outcome
        applied = Applied(by, now, [file.base_name for file in files])
        version = _store(session, stored, prepared.after, applied, outcome.plan)
        add_installation_entry(
            session,
            operator_named(by),
            Action.BOARD_APPLIED,
            f"version {version}",
            after={"files": applied.files},
            now=now,
        )
    return outcome._replace(version=version)


def plan_files(
    store: Store,
    files: Sequence[NamedFile],
    widgets: frozenset[str],
    reach: Mapping[str, int],
) -> Outcome:
    """Return what `apply_files` would do. Raises FilesRefused."""
    with store.read_shared() as session:
        return _prepare(stored_sources(session), files, widgets, reach)[1]


def _prepare(
    stored: StoredSources,
    files: Sequence[NamedFile],
    widgets: frozenset[str],
    reach: Mapping[str, int],
) -> tuple[Prepared, Outcome]:
    before = State(stored.sources, stored.files)
    built_in = built_in_files()
    prepared = prepare(files, before, built_in, widgets)
    given = Given(prepared.given, frozenset(file.base_name for file in files))
    plan = make_plan(before, prepared.after, given, built_in_sources(), reach)
    definitions = assemble([checked.file for checked in built_in], prepared.applied, stored.version)
    has_changes = prepared.after.sources != stored.sources
    return prepared, Outcome(plan, definitions, prepared.warnings, has_changes)


def built_in_sources() -> dict[Key, Body]:
    """Return the definitions of all built-in files in canonical form."""
    return {key: body for checked in built_in_files() for key, body in checked.sources.items()}


def _store(
    session: Session, stored: StoredSources, after: State, applied: Applied, plan: Plan
) -> int:
    rows = {key: (body, after.files[key]) for key, body in after.sources.items()}
    return store_sources(session, stored, rows, applied, "\n".join(plan.lines))
