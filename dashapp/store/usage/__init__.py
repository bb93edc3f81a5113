"""What orgs use: events, views and viewers, for billing."""
