"""Redirects after login stay within this site."""

import pytest

from dashapp.web.http.safe_redirects import safe_path


@pytest.mark.parametrize(
    "path", ["/", "/app/acme/operations?time_range=7d&tz=Europe%2FBerlin", "/a//b", "/%2f%2fevil"]
)
def test_a_path_of_this_site_is_kept(path):
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "app",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/a\\..\\b",
        "https:evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "\t//evil.example",
        "/app\r\nSet-Cookie: a=b",
        "@evil.example",
        "//evil\u3002example",
        "/\u2028",
        "//[",
    ],
)
def test_any_other_target_is_rejected(target):
    assert safe_path(target) is None
