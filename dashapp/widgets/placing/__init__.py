"""Which widgets a board shows, and how wide they are."""
