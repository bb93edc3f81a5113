"""Batches of events as senders send them: stored and counted, for one org or for many."""
