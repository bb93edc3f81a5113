"""Files that are downloaded: lines of CSV, and events."""
