"""Read environment variables."""

from collections.abc import Mapping

from dashapp.domain.errors import ConfigurationError

_MAX_DIGITS = 20


def text_of(env: Mapping[str, str], name: str) -> str:
    """Return a variable's value, "" if it is not set. Raises ConfigurationError if it is not text.

    The bytes of a variable need not be UTF-8.
    """
    value = env.get(name, "")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ConfigurationError(f"{name} is not valid UTF-8 text.") from None
    return value


def whole_number(
    env: Mapping[str, str], name: str, default: int, *, minimum: int, maximum: int = 1_000_000
) -> int:
    text = text_of(env, name)
    if not text:
        return default
    is_number = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS
    if not (is_number and minimum <= int(text) <= maximum):
        raise ConfigurationError(f"{name} must be a whole number from {minimum} to {maximum}.")
    return int(text)


def is_on(env: Mapping[str, str], name: str) -> bool:
    """Return whether a variable is `on`; the default is `off`. Raises ConfigurationError."""
    word = text_of(env, name) or "off"
    if word not in {"on", "off"}:
        raise ConfigurationError(f"{name} must be on or off.")
    return word == "on"
