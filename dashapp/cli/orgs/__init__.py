"""Commands for orgs and what belongs to them: people, keys, origins and dashboards."""
