"""The systemd units: sandboxed, and valid as far as systemd can tell without running them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "operations"
SERVICES = ("dashapp.service", "dashapp-backup.service")
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")


def settings(name: str) -> dict[str, str]:
    """Return the settings of a unit; a repeated one has its last value."""
    lines = (FOLDER / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_can_write_only_where_its_data_is(name):
    unit = settings(name)

    assert unit["User"] == "dashapp"
    assert unit["ProtectSystem"] == "strict"
    assert unit["ReadWritePaths"] == "/srv/dashapp"
    assert unit["NoNewPrivileges"] == "true"
    assert unit["CapabilityBoundingSet"] == ""
    assert unit["UMask"] == "0077"


def test_secrets_are_in_the_environment_file_only():
    for path in FOLDER.glob("*.service"):
        assert "SECRET" not in path.read_text()
        assert settings(path.name)["EnvironmentFile"] == "/etc/dashapp.env"


@needs_systemd
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_rates_the_exposure_as_low(name):
    command = [ANALYZE, "security", "--offline=true", str(FOLDER / name)]
    report = subprocess.run(command, capture_output=True, text=True, check=False).stdout

    level = re.search(r"exposure level for \S+: ([\d.]+)", report)
    assert float(level[1]) < 2.0


@needs_systemd
def test_systemd_accepts_the_units(tmp_path):
    """With programs that exist here: it checks that, too."""
    for path in FOLDER.glob("dashapp*"):
        text = path.read_text().replace("/srv/dashapp/venv/bin/dashapp", "/bin/true")
        (tmp_path / path.name).write_text(text)

    units = sorted(str(path) for path in tmp_path.iterdir())
    answer = subprocess.run(
        [ANALYZE, "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    problems = [line for line in answer.stderr.splitlines() if "dashapp" in line]
    assert (len(units), problems) == (3, [])
