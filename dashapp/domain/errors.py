"""What can go wrong for a reason that a person can do something about."""

from typing import Any


def shown(text: object, most: int = 40) -> str:
    """Untrusted text, fit to stand in a message: short, and without what a terminal obeys."""
    return "".join(letter if letter.isprintable() else "?" for letter in str(text)[:most])


class DashappError(Exception):
    """A refusal with a message for the person who asked; `code` is for programs.

    What people see in a browser is translated there: its text is marked, and what differs is given
    as `values` for its `%(name)s`. `message` is the English of it.
    """

    code = "refused"

    def __init__(self, text: str, /, *, code: str | None = None, **values: object) -> None:
        self.text, self.values = text, values
        self.message = text % values if values else text
        super().__init__(self.message)
        if code is not None:
            self.code = code


class NotFound(DashappError):
    """There is no such thing, or it belongs to somebody else: the two look the same."""

    code = "not_found"


class Forbidden(DashappError):
    """The person is in the org and lacks the right."""

    code = "forbidden"


class BadInput(DashappError):
    """What was sent cannot be understood; the message says what would be."""

    code = "bad_input"


class TooLarge(DashappError):
    """More than a request may hold; the message says how much that is."""

    code = "too_large"


class WrongType(DashappError):
    """A content type or encoding that is not taken; the message names those that are."""

    code = "wrong_content_type"


class Conflict(DashappError):
    """It exists already, or differently."""

    code = "conflict"


class ConfigurationError(DashappError):
    """The server cannot run like this; the message says how to mend it."""

    code = "configuration"


class WidgetRegistrationError(ConfigurationError):
    """A widget lacks something; the message names the widget and the fault."""


class Unavailable(DashappError):
    """Try again in `retry_after` seconds."""

    code = "unavailable"

    def __init__(self, text: str, /, *, retry_after: int = 1, **values: Any) -> None:
        super().__init__(text, **values)
        self.retry_after = retry_after


class TooMany(Unavailable):
    """A limit was reached; it opens again in `retry_after` seconds."""

    code = "too_many"
