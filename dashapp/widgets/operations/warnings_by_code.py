"""The most frequent warning codes, to find noisy checks."""

from dashapp.queries.operations.warning_codes import warning_codes
from dashapp.widgets.drawings import top_list
from dashapp.widgets.widget import By, Size, Widget, _

WIDGET = Widget(
    slug="warnings-by-code",
    title=_("Warnings by code"),
    size=Size.THIRD,
    query=warning_codes,
    draw=top_list(_("Code"), _("Warnings")),
    limits=range(1, 51),
    by=By("properties.code", _("Code")),
)
