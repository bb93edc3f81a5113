"""All panels that dashboards can have: those of boards, and widgets written in Python."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from dashapp.domain.boards.definitions import DefinedPanel, Definitions
from dashapp.domain.boards.own_panels import DEFINITION, OWN, own_panel
from dashapp.domain.errors import ConfigurationError, NotFound
from dashapp.domain.metrics.tallies import STANDARD, Tally, declared_tallies
from dashapp.store.boards.loading import DefinitionsCache
from dashapp.store.orgs.dashboards import SavedPanel
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.defined import widget_of
from dashapp.widgets.widget import Widget

_log = logging.getLogger(__name__)


class Offered(NamedTuple):
    """A panel that can be added to a dashboard. `board` is None for a widget written in Python."""

    board: str | None
    widget: Widget[Any]


class Placed(Protocol):
    """A panel of a dashboard: its slug, its board, and its configuration."""

    @property
    def widget(self) -> str: ...
    @property
    def board(self) -> str | None: ...
    @property
    def config(self) -> Mapping[str, Any]: ...


class Library:
    """The panels of one version of the definitions, and the widgets of a catalog."""

    def __init__(self, catalog: Catalog, definitions: Definitions) -> None:
        self.catalog = catalog
        self.definitions = definitions
        self._boards = {
            panel.slug: name
            for name, defined in reversed([*definitions.boards.items()])
            for panel in defined.board.panels
        }
        self._defined = lru_cache(maxsize=4096)(self._widget_of)
        self._own = lru_cache(maxsize=4096)(self._own_widget)

    def of(self, panel: Placed, currency: str | None = None) -> Widget[Any] | None:
        """Return the widget of a panel on a dashboard, also of one that its org has made."""
        if panel.board == OWN:
            text = json.dumps(panel.config.get(DEFINITION), sort_keys=True)
            return self._own(panel.widget, text, currency)
        return self.find(panel.widget, panel.board, currency)

    def _own_widget(self, slug: str, definition: str, currency: str | None) -> Widget[Any] | None:
        defined = own_panel(slug, {DEFINITION: json.loads(definition)}, self.definitions)
        return self.built(defined, currency) if defined is not None else None

    def find(
        self, slug: str, board: str | None = None, currency: str | None = None
    ) -> Widget[Any] | None:
        """Return a panel of a board, or a widget written in Python; None if there is none.

        Without a board, the first one that has such a panel is used. `currency` is the org's.
        """
        if board is None:
            try:
                return self.catalog[slug]
            except NotFound:
                board = self._boards.get(slug)
        return self._defined(board, slug, currency) if board is not None else None

    def _widget_of(self, board: str, slug: str, currency: str | None) -> Widget[Any] | None:
        defined = self.definitions.panel(board, slug)
        if defined is None:
            return None
        if defined.panel.widget is not None:
            return self.find(defined.panel.widget)
        return self.built(defined, currency)

    def built(self, defined: DefinedPanel, currency: str | None = None) -> Widget[Any] | None:
        """Return the widget of a definition; None if something that it uses is not defined."""
        try:
            return widget_of(defined, currency)
        except ConfigurationError as error:
            slug = defined.panel.slug
            _log.warning("panel not shown", extra={"panel": slug, "reason": error.message})
            return None

    def defined(self, panel: Placed) -> DefinedPanel | None:
        """Return the definition of a panel; None for a widget written in Python, or if none is.

        Panels are found as in `of`.
        """
        slug, board = panel.widget, panel.board
        if board == OWN:
            return own_panel(slug, panel.config, self.definitions)
        if board is None:
            if self.catalog.has(slug):
                return None
            board = self._boards.get(slug)
        return self.definitions.panel(board, slug) if board is not None else None

    def offered(self, currency: str | None = None) -> Iterator[Offered]:
        """Yield every panel once, those of boards first."""
        for slug, board in self._slugs():
            widget = self.find(slug, board, currency)
            if widget is not None:
                yield Offered(board, widget)

    def _slugs(self) -> Iterator[tuple[str, str | None]]:
        for name, defined in self.definitions.boards.items():
            for panel in defined.board.panels:
                if self._boards[panel.slug] == name and panel.widget is None:
                    yield panel.slug, name
        for widget in self.catalog:
            yield widget.slug, None

    def tallies(self, panels: Iterable[SavedPanel]) -> list[Tally]:
        """Return the tallies that an org with these panels keeps."""
        widgets = [self.of(panel) for panel in panels]
        queries = [widget.base_query for widget in (*widgets, *self.catalog) if widget]
        return list(dict.fromkeys([*STANDARD, *declared_tallies(queries)]))


class CurrentLibrary:
    """The library of the definitions that hold now: a new one after each applied change."""

    def __init__(self, catalog: Catalog, cache: DefinitionsCache) -> None:
        self._catalog = catalog
        self._cache = cache
        self._library: Library | None = None

    def __call__(self) -> Library:
        definitions = self._cache.current()
        if self._library is None or self._library.definitions is not definitions:
            self._library = Library(self._catalog, definitions)
        return self._library
