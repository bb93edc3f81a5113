"""The definitions of an installation, as servers and commands read them."""

from collections.abc import Callable
from functools import cache
from threading import Lock
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dashapp.domain.boards.assembling import assemble, metrics_of
from dashapp.domain.boards.definitions import BoardFile, Definitions
from dashapp.domain.boards.reading.faults import BoardFileRefused, path_text
from dashapp.domain.boards.reading.reader import CheckedFile, Existing, read_tree
from dashapp.domain.boards.sources import Sources, tree_of
from dashapp.domain.errors import ConfigurationError
from dashapp.store.boards.built_in import built_in_files
from dashapp.store.boards.stored import current_version, stored_sources
from dashapp.store.engine import Store

CHECK_SECONDS = 2.0
_NOTHING = BoardFile({}, {}, {})


@cache
def built_in_definitions() -> Definitions:
    """Return the definitions of an installation that has applied nothing."""
    return assemble([checked.file for checked in built_in_files()], _NOTHING, 0)


def built_in_names() -> Existing:
    """Return the metrics and boards that files can use without defining them."""
    built_in = [checked.file for checked in built_in_files()]
    boards = frozenset(name for file in built_in for name in file.boards)
    return Existing(metrics_of(built_in), boards)


def read_applied(sources: Sources) -> CheckedFile:
    """Return what all applied files define together. Raises BoardFileRefused."""
    return read_tree(tree_of(sources), built_in_names())


def load_definitions(session: Session) -> Definitions:
    """Return everything that the installation defines now.

    Raises ConfigurationError if an earlier version stored something that this one refuses.
    """
    stored = stored_sources(session)
    if not stored.version:
        return built_in_definitions()
    try:
        applied = read_applied(stored.sources).file
    except BoardFileRefused as error:
        fault = error.faults[0]
        raise ConfigurationError(
            f"This version refuses a stored definition: {path_text(fault.path)}: {fault.reason} "
            "Apply a corrected file with: dashapp boards apply FILE"
        ) from error
    return assemble([checked.file for checked in built_in_files()], applied, stored.version)


def definitions_of(store: Store) -> Definitions:
    """Return everything that the installation defines now."""
    with store.read_shared() as session:
        return load_definitions(session)


class DefinitionsCache:
    """The definitions for a server, at most `CHECK_SECONDS` old. Safe to use from all threads.

    A check reads one number; only a new version is loaded. One thread checks while the others go on
    with what they have. If the database does not answer, they keep it, too.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._clock = clock
        self._lock = Lock()
        self._definitions: Definitions | None = None
        self._checked_at = 0.0

    def current(self) -> Definitions:
        """Return the definitions. Raises SQLAlchemyError if they cannot be loaded at first."""
        definitions = self._definitions
        if definitions is not None and self._clock() < self._checked_at + CHECK_SECONDS:
            return definitions
        if not self._lock.acquire(blocking=definitions is None):
            assert definitions is not None
            return definitions
        try:
            return self._check()
        finally:
            self._lock.release()

    def _check(self) -> Definitions:
        if self._definitions is None:
            self._definitions = definitions_of(self._store)
        elif self._clock() >= self._checked_at + CHECK_SECONDS:
            self._definitions = self._newest(self._definitions)
        self._checked_at = self._clock()
        return self._definitions

    def _newest(self, known: Definitions) -> Definitions:
        try:
            with self._store.read_shared() as session:
                if current_version(session) == known.version:
                    return known
                return load_definitions(session)
        except (SQLAlchemyError, ConfigurationError):
            return known
