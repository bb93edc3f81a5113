"""Whether the database can be used: privileges, writing, damage, and when upkeep last ran."""
