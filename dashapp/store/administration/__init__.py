"""Changes of an org by people, keys and operators. Each is checked, made and recorded at once."""
