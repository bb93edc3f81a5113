"""`dashapp boards check` names each fault with its file and line; `schema` describes the format."""

import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[3] / "examples" / "boards"


@pytest.fixture
def board_file(tmp_path):
    def write(text: str, name: str = "shop.toml") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_a_valid_file_is_counted(run):
    result = run("boards", "check", str(EXAMPLES / "shop.toml"))

    assert result.stdout.endswith("shop.toml: 8 metrics, 1 board, 11 panels. No faults.\n")


def test_faults_are_reported_with_their_line_and_nothing_else(run, board_file):
    text = (EXAMPLES / "shop.toml").read_text().replace('better = "higher"', 'beter = "higher"')
    path = board_file(text)

    result = run("boards", "check", str(path), exits=1)

    assert result.stdout == ""
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()[:2]] == [f"{path}:13", f"{path}:14"]  # fmt: skip
    assert 'There is no key "beter" in a metric. Did you mean "better"?' in result.stderr


def test_a_syntax_error_is_reported_with_its_line(run, board_file):
    path = board_file("version = 1\n[metrics]\na = { title = 'x',\n}\n")

    result = run("boards", "check", str(path), exits=1)

    assert result.stderr.startswith(f"{path}:3: This is not valid TOML: ")


def test_a_missing_file_and_one_that_is_not_text_are_refused(run, board_file, tmp_path):
    binary = tmp_path / "x.toml"
    binary.write_bytes(b"\xff\xfe")

    result = run("boards", "check", str(tmp_path / "no.toml"), str(binary), exits=1)

    assert "no.toml: No such file or directory" in result.stderr
    assert "x.toml: is not UTF-8 text" in result.stderr


def test_a_file_can_use_the_metrics_of_an_earlier_one(run, board_file):
    board = (
        'version = 1\n[boards.b]\ntitle = "B"\npanels = [{ metric = "revenue", show = "line" }]\n'
    )
    second = board_file(board, "second.toml")

    assert "1 board" in run("boards", "check", str(EXAMPLES / "shop.toml"), str(second)).stdout
    assert 'There is no metric "revenue"' in run("boards", "check", str(second), exits=1).stderr


def test_the_schema_is_printed_as_json(run):
    assert json.loads(run("boards", "schema").stdout)["title"] == "A board file of dashapp"
