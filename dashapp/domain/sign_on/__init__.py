"""Signing in through an identity provider: who someone is, and what they may do."""
