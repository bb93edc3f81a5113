"""Signing in through an identity provider: who somebody is, and what they may do."""
