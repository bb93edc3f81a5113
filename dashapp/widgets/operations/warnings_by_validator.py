"""The validators that report the most warnings, to find noisy ones."""

from dashapp.queries.operations.warning_validators import warning_validators
from dashapp.widgets.drawings import top_list
from dashapp.widgets.widget import By, Size, Widget, _

WIDGET = Widget(
    slug="warnings-by-validator",
    title=_("Warnings by validator"),
    size=Size.THIRD,
    query=warning_validators,
    draw=top_list(_("Validator"), _("Warnings")),
    limits=range(1, 51),
    by=By("properties.validator", _("Validator")),
)
