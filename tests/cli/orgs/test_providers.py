"""`dashapp provider` says which provider is missing."""

import pytest


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        (("--org", "acme"), "acme has no provider. To add one: dashapp provider add"),
        ((), "There is no provider for all orgs. To add one: dashapp provider add"),
    ],
)
def test_a_missing_provider_is_named(run, acme, words, whose):
    error = run("provider", "set", *words, "--name", "SSO", exits=1).stderr

    assert whose in error
