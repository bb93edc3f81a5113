"""The pages around a board: login, landing, layout and embedding."""
