"""What people save for themselves."""
