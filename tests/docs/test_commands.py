"""Every command and every Python example in the docs runs, and prints what the docs say."""

from itertools import groupby

import pytest

from tests.docs import shell
from tests.docs.pages import PAGES, RUNNABLE, Block, all_blocks, blocks_of, name_of

# These start with nothing; the others with a database that has the orgs acme and rival.
FROM_NOTHING = ("README.md", "docs/get-started.md")
# Each section of these is for another machine.
BY_SECTION = ("docs/operate.md",)
# Its blocks are files of a worked example: test_worked_examples.py.
ELSEWHERE = ("docs/contributing.md",)


def parts() -> dict[str, list[Block]]:
    """What runs in one shell: a page, or a section of one."""
    found = {}
    for path in PAGES:
        name = name_of(path)
        blocks = [one for one in blocks_of(path.read_text(), name) if one.language in RUNNABLE]
        if name in BY_SECTION:
            sections = groupby(blocks, lambda block: block.section)
            found |= {f"{name}#{title}": list(group) for title, group in sections}
        elif name not in ELSEWHERE:
            found[name] = blocks
    return {name: blocks for name, blocks in found.items() if blocks}


PARTS = parts()


@pytest.mark.parametrize("part", PARTS)
def test_a_page_runs_from_top_to_bottom(part, world, tmp_path):
    text = "".join(block.text for block in PARTS[part])
    environment = world(text, is_fresh=part in FROM_NOTHING)

    shell.run(PARTS[part], tmp_path, environment)


def test_few_blocks_are_not_run_and_each_says_why():
    reasons = [block.reason for block in all_blocks() if block.reason is not None]

    assert len(reasons) <= 10
    assert all(len(reason.split()) >= 3 for reason in reasons)


def test_most_pages_have_something_to_run():
    assert len(PARTS) >= 14
    assert sum(len(blocks) for blocks in PARTS.values()) >= 50


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ("```sh\ndashapp org ad acme\n```", "No such command 'ad'"),
        ("```sh\ndashapp org list\ncat missing.csv\n```", "page.md:1: failed: cat missing.csv"),
        ("```console\n$ dashapp db check\nAll is lost.\n```", "and not:\nAll is lost."),
        ("```python\nimport dashapp.no_such_module\n```", "No module named"),
    ],
)
def test_a_wrong_command_turns_its_page_red(block, fault, world, tmp_path):
    with pytest.raises(AssertionError, match=fault):
        shell.run(blocks_of(block), tmp_path, world(block))


def test_a_comment_keeps_a_block_from_running(world, tmp_path):
    page = "<!-- not run: there is no such command -->\n```sh\nno-such-command\n```"

    assert shell.run(blocks_of(page), tmp_path, world(page)) == ""
