"""The domain in plain Python, without web or database code: one package per subject."""
