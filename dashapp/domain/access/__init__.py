"""Who may see what: scopes, roles, filters, views, embed grants and themes."""
