"""Everything that depends on the internals of Dash, each part with a contract test."""
