"""The worked examples of docs/contributing.md, applied to a copy of the repository."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks_of

PAGE = ROOT / "docs" / "contributing.md"
EXAMPLES = ("Example: add a measure", "Example: add an admin page")
FOLDERS = ("dashapp", "assets", "migrations", "tests")


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


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """A copy of the repository without what is large and not needed."""
    folder = tmp_path_factory.mktemp("repository")
    unused = shutil.ignore_patterns("__pycache__", "node_modules", "browser", "docs")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=unused)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.fixture(scope="module")
def files(repository) -> list[str]:
    """The files that the examples create and change."""
    blocks = blocks_of(PAGE.read_text())
    return [apply(block, repository) for block in blocks if block.section in EXAMPLES]


def output_of(folder: Path, *words: str) -> str:
    """The output of a Python program that fails; nothing if it succeeds."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_examples_pass_their_tests_and_ours(repository, files):
    own = [file for file in files if file.startswith("tests/")]
    chosen = "not postgresql and (test_range or sent_types or route or address)"

    assert len(own) == 3
    assert output_of(repository, "pytest", *own, "-k", chosen, "-p", "no:cacheprovider") == ""


def test_the_examples_pass_the_style_checks(repository, files):
    python = [file for file in files if file.endswith(".py")]

    assert output_of(repository, "ruff", "check", "--no-cache", *python) == ""
    assert output_of(repository, "ruff", "format", "--no-cache", "--check", *python) == ""


def test_a_change_that_does_not_fit_is_refused(repository):
    page = "In `dashapp/app.py`:\n\n```diff\n no such line\n+new line\n```\n"

    with pytest.raises(AssertionError, match="has not once"):
        apply(blocks_of(page)[0], repository)


def test_the_widgets_of_the_docs_are_the_tested_plugin():
    page = blocks_of((ROOT / "docs/write-widgets.md").read_text())
    shown = [
        block.text for block in page if block.section in {"A complete widget", "Write your own"}
    ]
    plugin = ROOT / "tests" / "widgets" / "plugin"
    tested = [(plugin / name).read_text() for name in ("page_views.py", "baskets.py")]

    python = [text for text in shown if text.startswith('"""')]
    assert python == [text.replace("tests.widgets.plugin", "your_package") for text in tested]
