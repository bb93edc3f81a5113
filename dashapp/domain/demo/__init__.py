"""Sample events for demos and seeding: past days and a live stream."""
