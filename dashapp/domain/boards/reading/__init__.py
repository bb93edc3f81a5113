"""Reads board files strictly: everything that they define, or every fault with its line."""
