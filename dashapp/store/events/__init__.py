"""Events in the database: ingestion, limits, the fields they have, erasure and replacement."""
