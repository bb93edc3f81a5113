"""Embed tokens: who may see which dashboard, and the log of attempts."""
