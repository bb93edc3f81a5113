"""Errors that a person can act on."""

from typing import Any


def excerpt(text: object, most: int = 40) -> str:
    """Return untrusted text shortened for a message, with control characters replaced by `?`."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text)[:most])


class DashappError(Exception):
    """An error with a message for people and a `code` for programs.

    A message that a browser shows is translated when it is shown: mark its text with `_` and pass
    `values` for its `%(name)s` placeholders. `message` is the English text. `field` is the place in
    a request's body that is wrong, as a JSON pointer, and `id` what is there already.
    """

    code = "refused"
    field: str | None = None
    id: str | None = None

    def __init__(self, text: str, /, *, code: str | None = None, **values: object) -> None:
        self.text, self.values = text, values
        self.message = text % values if values else text
        super().__init__(self.message)
        if code is not None:
            self.code = code


class NotFound(DashappError):
    """It does not exist, or another org owns it: both look the same from outside."""

    code = "not_found"


class Forbidden(DashappError):
    """The person is a member of the org but lacks the permission."""

    code = "forbidden"


class BadInput(DashappError):
    """The input is invalid; the message says what is accepted."""

    code = "bad_input"


class UnexpectedInput(BadInput):
    """The input is not what a page of dashapp sends: an old page, or someone who tries things."""


class TooLarge(DashappError):
    """The request exceeds a size limit; the message gives the limit."""

    code = "too_large"


class WrongType(DashappError):
    """Unsupported content type or encoding; the message lists the supported ones."""

    code = "wrong_content_type"


class Conflict(DashappError):
    """It already exists, possibly with different content."""

    code = "conflict"


class PreconditionFailed(DashappError):
    """It is not in the state that the request requires."""

    code = "precondition_failed"


class ConfigurationError(DashappError):
    """The server cannot run with this configuration; the message says how to fix it."""

    code = "configuration"


class WidgetRegistrationError(ConfigurationError):
    """A widget is invalid; the message names the widget and the fault."""


class Unavailable(DashappError):
    """The request cannot be served now. Try again after `retry_after` seconds."""

    code = "unavailable"

    def __init__(self, text: str, /, *, retry_after: int = 1, **values: Any) -> None:
        super().__init__(text, **values)
        self.retry_after = retry_after


class TooMany(Unavailable):
    """A rate limit was reached. Try again after `retry_after` seconds."""

    code = "too_many"


class TooSlow(Exception):
    """A question was stopped, because it took too long or needed too much memory."""
