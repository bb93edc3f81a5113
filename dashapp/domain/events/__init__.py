"""Events: validation, property values, and batches in request bodies."""
