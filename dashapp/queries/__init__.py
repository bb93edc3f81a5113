"""One query per file: `(session, scope, time_range) -> typed rows`."""
