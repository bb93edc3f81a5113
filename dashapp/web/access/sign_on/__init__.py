"""The client of identity providers: OpenID Connect, with everything that is sent checked."""
