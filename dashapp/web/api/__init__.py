"""The JSON API: events in, and the numbers of dashboards out."""
