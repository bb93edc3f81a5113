"""The installation's secret, and the one before it."""

from dashapp.domain.errors import ConfigurationError

_MIN_SECRET_LENGTH = 32
_MIN_SECRET_VARIETY = 10
_HOW_TO_MAKE_A_SECRET = (
    "Generate one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"  # noqa: S105
)
# Example secrets from documentation: public, so not secret.
_DOCUMENTED_SECRETS = frozenset(
    {
        "change-me-to-a-long-random-string-of-your-own",
        "your-secret-key-goes-here-at-least-32-characters",
        "0123456789abcdef0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz123456",
    }
)


def secret_key(secret: str, name: str = "DASHAPP_SECRET_KEY") -> str:
    """Return a secret that is hard to guess. Raises ConfigurationError."""
    problem = _secret_problem(secret)
    if problem:
        raise ConfigurationError(f"{name} {problem}. {_HOW_TO_MAKE_A_SECRET}")
    return secret


def _secret_problem(secret: str) -> str | None:
    if not secret.strip():
        return "is not set"
    if len(secret) < _MIN_SECRET_LENGTH:
        return f"is shorter than {_MIN_SECRET_LENGTH} characters"
    if secret.strip().lower() in _DOCUMENTED_SECRETS:
        return "is a publicly known example from documentation"
    if len(set(secret)) < _MIN_SECRET_VARIETY:
        return "repeats the same few characters"
    return None
