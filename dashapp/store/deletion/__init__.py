"""Deletion of orgs and users, with everything that belongs to them."""
