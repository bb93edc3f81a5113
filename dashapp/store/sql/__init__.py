"""Statements for both databases, and the tables that require a Scope."""
