"""Pages behind links that work once: invitations, and new passwords."""
