"""What files change: merging them into what is stored, and the plan that says so."""
