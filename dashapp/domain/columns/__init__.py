"""Events as columns: which properties have their own, and which days are sealed together."""
