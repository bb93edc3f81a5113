"""Users, memberships, login sessions and login attempts."""
