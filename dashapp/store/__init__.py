"""The database: tables, engines, ingestion, and the SQL that differs per engine."""
