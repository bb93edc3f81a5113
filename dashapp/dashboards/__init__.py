"""Dashboard templates, and functions that provision, arrange, and delete dashboards."""
