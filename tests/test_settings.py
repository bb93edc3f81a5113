"""Settings: what is refused, with which message, and the defaults."""

import pytest

from dashapp.domain.errors import ConfigurationError
from dashapp.settings import from_env, resource

GOOD = "k3J-a-secret-of-the-tests-which-nobody-else-uses"


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        " " * 40,
        "short",
        "x" * 31,
        "a" * 64,
        "abab" * 16,
        "0123456789abcdef0123456789abcdef",
        "change-me-to-a-long-random-string-of-your-own",
    ],
)
def test_a_weak_secret_is_refused_with_how_to_generate_one(secret):
    env = {} if secret is None else {"DASHAPP_SECRET_KEY": secret}

    with pytest.raises(ConfigurationError, match="token_urlsafe"):
        from_env(env)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DASHAPP_DATABASE_URL", "postgresql://postgres:postgres@db.example.com/x"),
        ("DASHAPP_DATABASE_ROLE", "x; DROP TABLE events"),
        ("DASHAPP_PUBLIC_URL", "ftp://example.com"),
        ("DASHAPP_PUBLIC_URL", "https://example.com/path?a=1"),
        ("DASHAPP_PUBLIC_URL", "https://example.com/a/../b"),
        ("DASHAPP_PUBLIC_URL", "https://example.com//b"),
        ("DASHAPP_PUBLIC_URL", "https://ada:secret@example.com"),
        ("DASHAPP_PUBLIC_URL", "https://example.com:99999"),
        ("DASHAPP_PUBLIC_URL", "https://[::1"),
        ("DASHAPP_PUBLIC_URL", "dash.example.com"),
        ("DASHAPP_HSTS", "yes"),
        ("DASHAPP_HSTS", "max-age=1\r\nX-Other: 1"),
        ("DASHAPP_PUBLIC_URL", "http://dashboards.example.com"),
        ("DASHAPP_TRUSTED_PROXIES", "-1"),
        ("DASHAPP_SESSION_IDLE_MINUTES", "ten"),
    ],
)
def test_an_invalid_value_is_refused_by_name(name, value):
    with pytest.raises(ConfigurationError, match=name):
        from_env({"DASHAPP_SECRET_KEY": GOOD, name: value})


def test_the_defaults_are_sqlite_and_plain_http():
    settings = from_env({"DASHAPP_SECRET_KEY": GOOD})

    assert settings.database_url == "sqlite:///var/dashapp.db"
    assert not settings.is_https


def test_assets_and_migrations_are_found():
    assert (resource("assets") / "packed" / "board.js").is_file()
    assert (resource("migrations") / "env.py").is_file()


@pytest.mark.parametrize(
    ("url", "normal", "path"),
    [
        ("https://dash.example.com/", "https://dash.example.com", ""),
        ("https://Dash.Example.com:443", "https://dash.example.com", ""),
        ("https://dash.example.com:8443", "https://dash.example.com:8443", ""),
        ("https://example.com/analytics/", "https://example.com/analytics", "/analytics"),
        ("https://example.com/a/B_1", "https://example.com/a/B_1", "/a/B_1"),
        ("http://localhost:8050", "http://localhost:8050", ""),
    ],
)
def test_a_public_address_has_one_form(url, normal, path):
    settings = from_env({"DASHAPP_SECRET_KEY": GOOD, "DASHAPP_PUBLIC_URL": url})

    assert (settings.public_url, settings.public_path) == (normal, path)
