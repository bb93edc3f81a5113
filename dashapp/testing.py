"""A kit for the tests of your widgets: an org with events, in a database of its own.

from dashapp.testing import sandbox

def test_only_page_views_count():
    with sandbox() as org:
        org.events("page.viewed", "page.viewed", "order.paid")

        assert org.rows(WIDGET)[0].value == 2
        assert "2" in org.paint(WIDGET).text
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from dashapp.cli.context import operator_scope
from dashapp.dashboards.provision import add_org
from dashapp.domain.access.scope import Scope
from dashapp.domain.boards.changes.preparing import NamedFile
from dashapp.domain.events.event import make_event
from dashapp.domain.time.instant import to_text, to_us
from dashapp.domain.time.presets import Choice
from dashapp.domain.time.time_range import TimeRange
from dashapp.store import migrate
from dashapp.store.boards.applying import apply_files
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.events.ingest import ingest
from dashapp.web.api.panel_files import panel_rows
from dashapp.widgets.catalog import Catalog
from dashapp.widgets.library import Library
from dashapp.widgets.show import answer_of, paint
from dashapp.widgets.widget import Widget

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
_JUST_NOW = timedelta(minutes=1)  # a range does not include its end
__all__ = ["NOW", "Clock", "PaintedPanel", "Sandbox", "sandbox"]


class Clock:
    """A clock that a test can move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **amount: float) -> None:
        """Move the clock: `advance(days=1)`, `advance(hours=-2)`."""
        self.now += timedelta(**amount)


class PaintedPanel(NamedTuple):
    """A drawing: its elements, its Plotly figure or None, and the text that it contains.

    `is_empty` means that the board shows a message instead: there is nothing to draw.
    """

    children: Any = None
    figure: dict[str, Any] | None = None
    text: str = ""
    is_empty: bool = False


class Sandbox:
    """An org with its events, and a clock. `store` and `scope` are for queries of your own."""

    def __init__(self, store: Store, scope: Scope, clock: Clock) -> None:
        self.store, self.scope, self.clock = store, scope, clock
        self._sent = 0

    def another(self, slug: str) -> "Sandbox":
        """Add another org to the same database, whose numbers must be separate."""
        return _org(self.store, slug, self.clock, timezone=self.scope.org.timezone)

    def events(self, *events: str | Mapping[str, Any]) -> None:
        """Send events: types, or what the API accepts.

        Without an `id`, each gets a new one; without `occurred_at`, it happened a minute ago.
        Raises InvalidEvent, and ValueError if an event is refused.
        """
        batch = [make_event(self._complete(sent), received_at=self.clock()) for sent in events]
        with self.store.write(self.scope) as session:
            receipt = ingest(session, self.scope, batch, received_at=to_us(self.clock()))
        if receipt.rejected:
            raise ValueError(receipt.rejected[0].message)

    def _complete(self, sent: str | Mapping[str, Any]) -> dict[str, Any]:
        self._sent += 1
        given = {"type": sent} if isinstance(sent, str) else sent
        at = to_text(self.clock() - _JUST_NOW)
        return {"id": f"event-{self._sent}", "occurred_at": at, **given}

    def apply(self, board_file: str) -> None:
        """Apply the text of a board file. Raises FilesRefused."""
        files = [NamedFile("boards.toml", board_file)]
        apply_files(self.store, files, frozenset(), {}, by="test", now=to_us(self.clock()))

    def panel(self, slug: str, board: str | None = None) -> Widget[Any]:
        """Return a panel of a board, in the currency of the org. Raises ValueError."""
        library = Library(Catalog([]), definitions_of(self.store))
        widget = library.find(slug, board, self.scope.org.currency)
        if widget is None:
            raise ValueError(f"There is no panel {slug!r}.")
        return widget

    def time_range(self, preset: str = "7d", **choice: str) -> TimeRange:
        """Return a range as of the clock; `from_`, `to` and `tz` are those of the URL."""
        is_custom = "from_" in choice
        chosen = Choice(None if is_custom else preset, **choice)
        return self.scope.time_range(chosen, now=self.clock())

    def rows(self, widget: Widget[Any], time_range: str = "7d", limit: int | None = None) -> Any:
        """Return the rows of a widget's query."""
        resolved = self.time_range(time_range)
        with self.store.read(self.scope) as session:
            return answer_of(session, self.scope, widget, resolved, limit).rows

    def paint(
        self, widget: Widget[Any], time_range: str = "7d", limit: int | None = None
    ) -> PaintedPanel:
        """Return what a widget draws. Raises WidgetRegistrationError for an unknown trace."""
        resolved = self.time_range(time_range)
        with self.store.read(self.scope) as session:
            answer = answer_of(session, self.scope, widget, resolved, limit)
        if answer.status == "empty":
            return PaintedPanel(is_empty=True)
        painted = paint(answer, resolved)
        return PaintedPanel(painted.children, painted.figure, " ".join(_texts(painted.children)))

    def exported(
        self, widget: Widget[Any], time_range: str = "7d", limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Return the rows as JSON and CSV contain them."""
        resolved = self.time_range(time_range)
        with self.store.read(self.scope) as session:
            return panel_rows(answer_of(session, self.scope, widget, resolved, limit), resolved)


@contextmanager
def sandbox(
    *, now: datetime = NOW, timezone: str = "UTC", database_url: str | None = None
) -> Iterator[Sandbox]:
    """Yield the org `acme` in a new SQLite database, which is deleted afterwards.

    `database_url` names an empty PostgreSQL database instead.
    """
    with TemporaryDirectory() as folder:
        url = database_url or f"sqlite:///{Path(folder, 'dashapp.db')}"
        migrate.upgrade(url)
        store = Store(url)
        try:
            yield _org(store, "acme", Clock(now), timezone=timezone)
        finally:
            store.close()


def _org(store: Store, slug: str, clock: Clock, *, timezone: str) -> Sandbox:
    now = to_us(clock())
    org = add_org(store, operator_scope, slug, now=now, timezone=timezone)
    return Sandbox(store, operator_scope(org), clock)


def _texts(children: Any) -> Iterator[str]:
    """Yield the texts of components, in order."""
    if isinstance(children, list | tuple):
        for child in children:
            yield from _texts(child)
    elif isinstance(children, str | int | float):
        yield str(children)
    elif children is not None:
        yield from _texts(getattr(children, "children", None))
