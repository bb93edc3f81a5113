"""Editing a dashboard on its own page: its layout, and panels to add."""
