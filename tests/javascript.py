"""Runs JavaScript in Node."""

import json
import os
import shutil
import subprocess
from typing import Any

import pytest


def run_module(source: str, argument: Any = None) -> Any:
    """Run a module whose function `main` gets a JSON value, and return the JSON value it returns.

    Skips the test if Node is not installed.
    """
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "CI needs node"
        pytest.skip("node is not installed")
    script = f"{source}\nconsole.log(JSON.stringify(main({json.dumps(argument)})));"
    command = [node, "--input-type=module", "-"]
    done = subprocess.run(
        command, input=script, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return json.loads(done.stdout)
