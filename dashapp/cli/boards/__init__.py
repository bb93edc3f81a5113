"""Board files: check them."""
