"""The settings page about data: what was sent, and what is removed and exported."""
