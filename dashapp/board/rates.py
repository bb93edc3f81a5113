"""How often a board refreshes itself, by the word in the URL."""

RATES = {"off": 0, "15s": 15_000, "1m": 60_000, "5m": 300_000}  # milliseconds; 0 is never
DEFAULT_RATE = "15s"
