"""From a panel's number to what is behind it."""
