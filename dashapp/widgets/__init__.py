"""Widgets: a query and a drawing each, one per file. `catalog.py` lists them."""
