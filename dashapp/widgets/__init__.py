"""One widget per file: a query and a drawing; `catalog.py` is the list."""
