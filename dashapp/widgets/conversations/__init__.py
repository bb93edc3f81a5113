"""Widgets about search terms and products added to the cart."""
