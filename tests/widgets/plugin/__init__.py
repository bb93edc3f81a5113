"""A package of widgets, as shown in docs/write-widgets.md."""
