"""Who may see what: logins, policies, embed tokens and sessions."""
