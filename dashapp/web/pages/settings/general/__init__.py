"""General settings, the logo, and the deletion of an org."""
