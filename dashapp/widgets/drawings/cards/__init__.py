"""Drawings of one number or a few: numbers with a goal, and funnels."""
