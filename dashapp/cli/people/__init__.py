"""Commands about people: accounts, memberships, sign-on, and their links."""
