"""The most frequent error codes."""

from dashapp.queries.operations.error_codes import error_codes
from dashapp.widgets.drawings import top_list
from dashapp.widgets.widget import By, Size, Widget, _

WIDGET = Widget(
    slug="top-errors",
    title=_("Top errors"),
    size=Size.THIRD,
    query=error_codes,
    draw=top_list(_("Code"), _("Errors")),
    limits=range(1, 51),
    by=By("properties.code", _("Code")),
)
