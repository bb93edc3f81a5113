"""Runs the code blocks of a page as one shell script, the way a reader would."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.docs.pages import RUNNABLE, Block

_SECONDS = 60
SERVE = re.compile(r"^dashapp serve", re.MULTILINE)
_HEAD = r"""set -eE -o pipefail
SERVER=
trap 'echo "$BLOCK: failed: $BASH_COMMAND" >&2' ERR
trap stop_server EXIT
stop_server() {
  if [ -n "$SERVER" ]; then kill "$SERVER"; wait "$SERVER" || true; SERVER=; fi
}
serve() {
  stop_server
  dashapp serve "$@" --port "$PORT" >server.log 2>&1 &
  SERVER=$!
  for _ in $(seq 300); do
    if curl -s -o /dev/null "http://127.0.0.1:$PORT/readyz"; then return 0; fi
    if ! kill -0 "$SERVER"; then cat server.log >&2; return 1; fi
    sleep 0.1
  done
  return 1
}
"""
# What a reader replaces, and what stands for it here.
PLACEHOLDERS = {
    "IMPORT_ID": "$(dashapp import list --org acme | sed -n 2p | cut -d ' ' -f 1)",
    "postgresql://dashapp_owner:PASSWORD@db.example.com/dashapp": "$POSTGRESQL",
}


def run(blocks: Sequence[Block], folder: Path, environment: Mapping[str, str]) -> str:
    """The output of the blocks. Raises AssertionError that names the block that fails."""
    script = folder / "page.sh"
    steps = [block for block in blocks if block.language in RUNNABLE and block.reason is None]
    port = environment["PORT"]
    script.write_text(_HEAD + "".join(_step(block).replace(":8050", f":{port}") for block in steps))
    done = subprocess.run(
        ["bash", script.name], cwd=folder, env={**environment}, timeout=_SECONDS,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    for block in steps:
        _compare(block, folder)
    return done.stdout


def _step(block: Block) -> str:
    start = f"BLOCK='{block.place}'\n"
    if block.language == "console":
        commands = enumerate(commands_of(block.text))
        return start + "".join(
            f"{{ {_filled(command)}\n}} >{_output(block, number)} 2>&1\n"
            for number, (command, _) in commands
        )
    if block.language == "python":
        return f"{start}run-python <<'END'\n{block.text}END\n"
    if block.language == "sql":
        return f"{start}psql -q -v ON_ERROR_STOP=1 \"$ADMINISTRATOR\" <<'END'\n{block.text}END\n"
    return start + _filled(block.text)


def _filled(text: str) -> str:
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    return SERVE.sub("serve", text)


def commands_of(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with its output."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        command, output = found[-1] if found else ("", "")
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif line.startswith("> "):
            found[-1] = (f"{command}\n{line[2:]}", output)
        else:
            found[-1] = (command, f"{output}{line}\n")
    return found


def _output(block: Block, number: int) -> str:
    return f"output-{block.line}-{number}"


_GAP = re.compile(" {2,}")  # between columns, as wide as the longest value
# Commands write these to standard error, unless it is a terminal, as that of a reader is.
_AUDIT_LINE = '"logger":"dashapp.audit"'


def _compare(block: Block, folder: Path) -> None:
    """`…` in the documentation stands for any text."""
    if block.language != "console":
        return
    for number, (command, expected) in enumerate(commands_of(block.text)):
        lines = (folder / _output(block, number)).read_text().splitlines(keepends=True)
        actual = "".join(line for line in lines if _AUDIT_LINE not in line)
        pattern = re.escape(_GAP.sub("  ", expected.strip())).replace("…", ".*")
        is_same = re.fullmatch(pattern, _GAP.sub("  ", actual.strip()), re.DOTALL)
        assert is_same, f"{block.place}: {command}\nprints:\n{actual}\nand not:\n{expected}"
