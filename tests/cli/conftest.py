"""Runs the command line in tests."""

import pytest
from click.testing import CliRunner

from dashapp.cli import main


@pytest.fixture
def run(database_url, monkeypatch):
    """Run `dashapp` with these arguments and check its exit status."""
    monkeypatch.setenv("DASHAPP_DATABASE_URL", database_url)

    def command(*arguments: str, stdin: str | bytes | None = None, exits: int = 0):
        result = CliRunner().invoke(main, arguments, input=stdin)
        assert result.exit_code == exits, result.output
        return result

    return command
