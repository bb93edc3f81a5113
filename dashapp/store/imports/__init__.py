"""Imports of event files: reading, decompression, storing, the import log and undo."""
