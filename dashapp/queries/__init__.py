"""One question per file: `(session, scope, time_range) -> typed rows`."""
