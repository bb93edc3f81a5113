"""Drawings that are tables: lists, heat maps, and events."""
