"""What belongs to an org besides events: settings, keys, origins, dashboards and its state."""
