"""Instants, time zones, presets, time ranges and their labels."""
