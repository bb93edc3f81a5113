"""What a form shows: the values of its fields, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flask import request

from dashapp.domain.errors import BadInput, DashappError
from dashapp.domain.language import say

MAX_VALUE = 2_000  # characters of a field that are looked at


class Invalid(BadInput):
    """A field of a form is invalid."""

    def __init__(self, field: str, text: str, /, **values: Any) -> None:
        super().__init__(text, **values)
        self.field = field


class Form(NamedTuple):
    """Values and errors by the names of fields. `problem` belongs to no field."""

    values: Mapping[str, str] = {}
    errors: Mapping[str, str] = {}
    problem: str | None = None

    def value(self, name: str) -> str:
        return self.values.get(name, "")

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    def is_first_error(self, name: str) -> bool:
        """Return whether the field is the first invalid one, which gets the focus."""
        return next(iter(self.errors), None) == name

    def with_value(self, name: str, value: str) -> "Form":
        return self._replace(values={**self.values, name: value})

    def refused(self, error: DashappError, field: str | None = None) -> "Form":
        """Return the form with an error, at its field if that is known."""
        text, at = say(error.text, **error.values), getattr(error, "field", field)
        return self._replace(errors={at: text}) if at else self._replace(problem=text)


NO_FORM = Form()


def sent_form(names: Iterable[str]) -> Form:
    """Return the fields that the browser sent, without spaces around them. Untrusted."""
    return Form({name: request.form.get(name, "").strip()[:MAX_VALUE] for name in names})
