"""Numbers about the server for Prometheus. None of them names an org or a person."""
