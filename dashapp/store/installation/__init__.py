"""What belongs to the installation rather than to an org: its keys."""
