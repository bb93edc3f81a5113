"""The menus of the bar that choose what time the board shows."""
