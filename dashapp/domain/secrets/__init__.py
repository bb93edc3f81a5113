"""Keys, passwords, sealed secrets and signed tokens."""
