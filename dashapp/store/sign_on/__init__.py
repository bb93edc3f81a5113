"""Identity providers, who they say that users are, and sign-ons that are under way."""
