"""What each worker runs before the application: requests are read, and take turns."""
