"""The audit: who did what in an org, when, and from where. Entries can only be added."""
