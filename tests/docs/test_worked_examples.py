"""The worked examples of docs/contributing.md, applied to a copy of the repository."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks_of

PAGE = ROOT / "docs" / "contributing.md"
COUNTER = "Example: add a counter over a new event type"
ADMIN = "Example: add an admin page"
COPIED = ("dashapp", "assets", "migrations", "tests", "pyproject.toml")


def example(section: str) -> list[Block]:
    return [one for one in blocks_of(PAGE.read_text()) if one.section == section]


def path_of(block: Block) -> str:
    """The last file that the paragraph above the block names."""
    return re.findall(r"`([\w./]+/[\w./]+)`", block.about)[-1]


def apply(block: Block, folder: Path) -> str:
    """Create or change a file as a reader would; its path."""
    path = path_of(block)
    file = folder / path
    if block.language != "diff":
        assert not file.exists(), f"{path} exists already"
        file.write_text(block.text)
        return path
    text = file.read_text()
    for hunk in block.text.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        after = "".join(line[1:] for line in lines if line[0] != "-")
        assert text.count(before) == 1, f"{path} has not once:\n{before}"
        text = text.replace(before, after)
    file.write_text(text)
    return path


@pytest.fixture
def repository(tmp_path):
    """A copy without what is large and not needed."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            unused = shutil.ignore_patterns("__pycache__", "node_modules", "browser", "docs")
            shutil.copytree(source, tmp_path / name, ignore=unused)
        else:
            shutil.copy(source, tmp_path)
    return tmp_path


def run(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize(
    ("section", "tests"),
    [
        (COUNTER, ["tests/widgets/test_catalog.py"]),
        (ADMIN, ["tests/test_architecture.py", "tests/test_tenancy.py"]),
    ],
)
def test_an_example_works_as_written(section, tests, repository):
    paths = [apply(block, repository) for block in example(section)]
    own = [path for path in paths if path.startswith("tests/") and path not in tests]
    python = [path for path in paths if path.endswith(".py")]

    chosen = "sqlite and (example or types or orders or route or address) or not sqlite and built"
    assert len(own) == 1
    assert run(repository, "pytest", *own, *tests, "-k", chosen, "-p", "no:cacheprovider") == ""
    assert run(repository, "ruff", "check", "--no-cache", *python) == ""
    assert run(repository, "ruff", "format", "--no-cache", "--check", *python) == ""


def test_a_change_that_does_not_fit_is_refused(repository):
    page = "In `dashapp/app.py`:\n\n```diff\n no such line\n+new line\n```\n"

    with pytest.raises(AssertionError, match="has not once"):
        apply(blocks_of(page)[0], repository)


def test_the_widget_of_the_docs_is_the_tested_plugin():
    (block,) = [one for one in blocks_of((ROOT / "docs/write-widgets.md").read_text()) if one.language == "python"]  # fmt: skip
    plugin = (ROOT / "tests" / "widgets" / "plugin.py").read_text()

    assert block.text.partition("\n\n")[2] == plugin.partition("\n\n")[2]
