"""The Dash page that shows a dashboard."""
