"""The list of widgets written in Python, which packages register as entry points."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from dashapp.domain.errors import NotFound, WidgetRegistrationError, excerpt
from dashapp.widgets.packaged import Asset, locale_folders, read_asset
from dashapp.widgets.widget import Drawing, Widget

ENTRY_POINTS = "dashapp.widgets"
_SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}", re.ASCII)


class Catalog:
    """Widgets by slug. Raises WidgetRegistrationError, which names the widget and the fault.

    `assets` are the files that their drawings need. `locales` are folders with translations.
    """

    def __init__(self, widgets: Iterable[Widget[Any]], locales: Iterable[Path] = ()) -> None:
        listed = tuple(widgets)
        for widget in listed:
            _check(widget)
        slug, count = Counter(w.slug for w in listed).most_common(1)[0] if listed else ("", 0)
        if count > 1:
            raise WidgetRegistrationError(f"Two widgets have the slug “{slug}”. Rename one.")
        self._widgets = {widget.slug: widget for widget in listed}
        self.assets = tuple(dict.fromkeys(asset for w in listed for asset in _assets(w)))
        self.locales = tuple(dict.fromkeys(locales))

    def __iter__(self) -> Iterator[Widget[Any]]:
        return iter(self._widgets.values())

    def has(self, slug: str) -> bool:
        return slug in self._widgets

    def __getitem__(self, slug: str) -> Widget[Any]:
        try:
            return self._widgets[slug]
        except KeyError:
            raise NotFound(f"The widget “{excerpt(slug)}” is not installed.") from None


def load_catalog() -> Catalog:
    """Load the widgets of every installed package in the order of entry point names."""
    plugins = sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name)
    widgets = [_load(entry) for entry in plugins]
    return Catalog(widgets, (path for entry in plugins for path in locale_folders(entry.module)))


def _load(entry: Any) -> Widget[Any]:
    try:
        widget = entry.load()
    except Exception as error:
        raise WidgetRegistrationError(
            f"The widget “{entry.name}” ({entry.value}) cannot be loaded: {error}"
        ) from error
    if not isinstance(widget, Widget):
        raise WidgetRegistrationError(
            f"The entry point “{entry.name}” ({entry.value}) is not a Widget."
        )
    return widget


def _check(widget: Widget[Any]) -> None:
    name = widget.slug or widget.title or repr(widget.query)
    if not widget.slug:
        raise WidgetRegistrationError(f"The widget “{name}” has no slug.")
    if not _SLUG.fullmatch(widget.slug):
        raise WidgetRegistrationError(
            f"The widget “{name}” has an invalid slug. Use lowercase letters, digits, dots, dashes "
            "and underscores."
        )
    if not widget.title:
        raise WidgetRegistrationError(f"The widget “{name}” has no title.")
    if not isinstance(widget.draw, Drawing):
        raise WidgetRegistrationError(f"The widget “{name}” has no drawing.")
    if not callable(widget.query):
        raise WidgetRegistrationError(f"The widget “{name}” has no query.")


def _assets(widget: Widget[Any]) -> Iterator[Asset]:
    for address in widget.draw.assets:
        try:
            yield read_asset(address)
        except ValueError as error:
            raise WidgetRegistrationError(
                f"The widget “{widget.slug}” cannot have the file “{excerpt(address)}”. {error}"
            ) from error
