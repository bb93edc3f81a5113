"""Sensitive acts: the person proves again who they are, if they have not done so lately."""

from collections.abc import Callable

from flask.typing import ResponseReturnValue

from dashapp.web.pages.settings.page import settings_view


def confirmed_view(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    return settings_view(view)
