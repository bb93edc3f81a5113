"""Questions that panels ask: one file per shape of answer. Each is answered with others."""
