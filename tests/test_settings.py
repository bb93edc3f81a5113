"""Settings: what is refused, with which message, and the defaults."""

import pytest

from dashapp.domain.errors import ConfigurationError
from dashapp.settings import from_env, resource
from dashapp.store.columns.columns import CacheFolder
from dashapp.store.database_url import parse_url

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


NUMBERS = (
    "DASHAPP_TRUSTED_PROXIES",
    "DASHAPP_SESSION_IDLE_MINUTES",
    "DASHAPP_SESSION_MAX_HOURS",
    "DASHAPP_KEY_EVENTS_PER_MINUTE",
    "DASHAPP_ORG_EVENTS_PER_MINUTE",
    "DASHAPP_EMBED_PAGE_SECONDS",
    "DASHAPP_CACHE_MB",
)
TEXTS = (
    "DASHAPP_SECRET_KEY",
    "DASHAPP_DATABASE_URL",
    "DASHAPP_DATABASE_ROLE",
    "DASHAPP_DATABASE_READ_URL",
    "DASHAPP_PUBLIC_URL",
    "DASHAPP_CACHE_DIR",
    "DASHAPP_LOG_LEVEL",
)


@pytest.mark.parametrize("value", ["-1", "+5", "1.5", "1e3", "ten", "٣", " ", "9" * 5000, "0x10"])
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_is_none_is_refused_by_name(name, value):
    with pytest.raises(ConfigurationError, match=name):
        from_env({"DASHAPP_SECRET_KEY": GOOD, name: value})


@pytest.mark.parametrize("name", [*TEXTS, *NUMBERS])
def test_bytes_that_are_no_text_are_refused_by_name(name):
    with pytest.raises(ConfigurationError, match=name):
        from_env({"DASHAPP_SECRET_KEY": GOOD, name: f"{GOOD}\udcff"})


@pytest.mark.parametrize(
    "value",
    [
        "https://[",
        "https://[::1",
        "https://",
        "https://example.com:x",
        "https://example.com:99999",
        "https://example.com:0",
        "https://user:password@example.com",
        "https://example.com?query",
        "https://example.com#fragment",
        "https://exa mple.com",
        "https://example.com\\@evil.example",
        "example.com",
    ],
)
def test_a_public_url_that_is_no_address_is_refused(value):
    with pytest.raises(ConfigurationError, match="must be the address that people open"):
        from_env({"DASHAPP_SECRET_KEY": GOOD, "DASHAPP_PUBLIC_URL": value})


@pytest.mark.parametrize("role", ["none", "public", "user", "1st", "a" * 64, "Ada", "a-b"])
def test_a_role_that_postgresql_would_read_as_something_else_is_refused(role):
    with pytest.raises(ConfigurationError, match="DASHAPP_DATABASE_ROLE"):
        from_env({"DASHAPP_SECRET_KEY": GOOD, "DASHAPP_DATABASE_ROLE": role})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret@127.0.0.1,db.example.com/x",
        "postgresql://u:secret@localhost:5432,db.example.com:5432/x",
    ],
)
def test_an_easily_guessed_password_is_refused_if_one_host_is_elsewhere(url):
    with pytest.raises(ConfigurationError, match="easily guessed password for u@"):
        from_env({"DASHAPP_SECRET_KEY": GOOD, "DASHAPP_DATABASE_URL": url})


def test_the_defaults_are_sqlite_and_plain_http():
    settings = from_env({"DASHAPP_SECRET_KEY": GOOD})

    assert settings.database_url == "sqlite:///var/dashapp.db"
    assert not settings.is_https


def test_assets_and_migrations_are_found():
    assert (resource("assets") / "packed" / "board.js").is_file()
    assert (resource("migrations") / "env.py").is_file()


@pytest.mark.parametrize("name", ["file", "file/below", "circle", "a" * 5000])
def test_a_cache_that_cannot_be_a_folder_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("circle")

    with pytest.raises(ConfigurationError, match="DASHAPP_CACHE_DIR"):
        CacheFolder.of(parse_url("sqlite:///x.db"), name)


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
