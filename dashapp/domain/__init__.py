"""Plain Python: time, scopes, events and errors; no web, no database."""
