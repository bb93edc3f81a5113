"""The settings page about the dashboards of an org."""
