"""Dashboard templates, and the verbs that give an org its dashboards."""
