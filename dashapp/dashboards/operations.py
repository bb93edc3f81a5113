"""The board that every org has from the moment it is added."""

from dashapp.dashboards.template import DashboardTemplate

OPERATIONS = DashboardTemplate(
    slug="operations",
    title="Operations",
    widgets=("total-validations", "total-errors", "events-time-series", "users-time-series"),
    is_default=True,
)
