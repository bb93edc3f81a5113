"""Commands that make links which work once."""
