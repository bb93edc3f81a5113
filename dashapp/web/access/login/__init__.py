"""How people sign in: passwords, limits on attempts, and the events that record it."""
