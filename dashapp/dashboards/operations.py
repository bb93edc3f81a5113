"""The operations dashboard, which every new org has."""

from dashapp.dashboards.template import DashboardTemplate, PanelTemplate
from dashapp.domain.language import _

OPERATIONS = DashboardTemplate(
    slug="operations",
    title=_("Operations"),
    noun="Operations dashboard",
    description="Operations dashboard",
    panels=(
        PanelTemplate("total-validations"),
        PanelTemplate("total-errors"),
        PanelTemplate("success-rate"),
        PanelTemplate("total-warnings"),
        PanelTemplate("events-time-series"),
        PanelTemplate("users-time-series"),
        PanelTemplate("runs-by-outcome"),
        PanelTemplate("warnings-by-code"),
    ),
    is_default=True,
    is_org_wide=True,
)
