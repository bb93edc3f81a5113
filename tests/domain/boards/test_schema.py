"""The JSON Schema accepts what the reader accepts, and refuses a misspelled key."""

import tomllib
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator

from dashapp.domain.boards.schema import board_file_schema

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "boards").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_schema_accepts_every_example(path):
    Draft202012Validator(board_file_schema()).validate(tomllib.loads(path.read_text()))


def test_the_schema_refuses_a_misspelled_key():
    (shop,) = [path for path in EXAMPLES if path.stem == "shop"]
    file = tomllib.loads(shop.read_text())
    file["boards"]["shop"]["panels"][0]["shwo"] = "line"

    assert not Draft202012Validator(board_file_schema()).is_valid(file)
