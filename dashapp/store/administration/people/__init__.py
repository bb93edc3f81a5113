"""Changes of who belongs to an org, and how they sign in."""
