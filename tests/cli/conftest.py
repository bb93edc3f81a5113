"""A command, as a person types it."""

import pytest
from click.testing import CliRunner

from dashapp.cli import main


@pytest.fixture
def run(database_url, monkeypatch):
    """A command, as a person types it."""
    monkeypatch.setenv("DASHAPP_DATABASE_URL", database_url)

    def command(*words: str, stdin: str | bytes | None = None, exits: int = 0):
        result = CliRunner().invoke(main, words, input=stdin)
        assert result.exit_code == exits, result.output
        return result

    return command
