"""Sealed days: Parquet files of an org's past events, in the database and on the local disk."""
