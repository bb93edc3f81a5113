"""The settings page about embedding: origins, code to copy, a preview, and who came."""
