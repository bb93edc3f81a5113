"""The container file: what it copies suffices, nothing runs as root, and it has no secrets."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def steps() -> list[tuple[str, str]]:
    """Return the instructions of the container file, with their arguments."""
    lines = (ROOT / "Containerfile").read_text().splitlines()
    return [
        (name, rest)
        for name, _space, rest in (line.partition(" ") for line in lines)
        if name and not name.startswith("#")
    ]


def of(name: str) -> list[str]:
    return [rest for step, rest in steps() if step == name]


def copied() -> list[tuple[str, str]]:
    """Return what is copied from the checkout, and where to."""
    pairs = []
    for rest in of("COPY"):
        if not rest.startswith("--from="):
            *sources, target = rest.split()
            pairs += [(source, target) for source in sources]
    return pairs


def test_everything_that_is_copied_is_tracked():
    for source, _target in copied():
        assert (ROOT / source).exists(), source
    assert not any(source in {".", "./"} for source, _target in copied())


def test_packages_are_installed_by_hash():
    installs = [rest for rest in of("RUN") if "pip install" in rest]

    assert len(installs) == 2
    assert "--require-hashes --only-binary :all: -r requirements.txt" in installs[0]
    assert "--no-index --no-deps" in installs[1]
    (build,) = (rest for rest in of("RUN") if "pip wheel" in rest)
    assert "--no-build-isolation" in build  # it would download tools without hashes


def test_the_server_does_not_run_as_root():
    names = [name for name, _rest in steps()]

    assert of("USER") == ["10001:10001"]
    assert names.index("USER") > max(n for n, name in enumerate(names) if name in {"RUN", "COPY"})


def test_no_layer_has_a_secret():
    assert of("ARG") == []
    text = (ROOT / "Containerfile").read_text()
    assert not re.search(r"SECRET_KEY|PASSWORD|TOKEN|DATABASE_URL", text)


def test_the_health_check_asks_the_server():
    (check,) = of("HEALTHCHECK")

    assert "http://127.0.0.1:8050/livez" in check
    assert of("EXPOSE") == ["8050"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel as the container file does, from what it copies."""
    folder = tmp_path_factory.mktemp("build")
    for source, target in copied():
        place = folder / target
        if target.endswith("/"):
            place = place / Path(source).name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place, symlinks=True)
        else:
            shutil.copy(ROOT / source, place)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
               "--no-index", "--disable-pip-version-check", "-w", "wheels", "."]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True)
    (path,) = (folder / "wheels").glob("*.whl")
    return path


def test_the_copied_files_build_a_complete_package(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)

    for name in ("_assets", "_migrations", "_examples", "templates", "locale", "client"):
        assert (tmp_path / "dashapp" / name).is_dir(), name
    printed = subprocess.run(
        [sys.executable, "-c", "from dashapp.cli import main; main(['--help'])"],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "dashapp demo" in printed.stdout


def test_compose_has_no_secrets_and_a_read_only_root():
    compose = yaml.safe_load((ROOT / "examples/operations/compose.yaml").read_text())
    services = compose["services"]

    for service in services.values():
        for name, value in service["environment"].items():
            if re.search(r"SECRET|PASSWORD|TOKEN", name):
                assert value.startswith("${"), name
    assert services["dashapp"]["read_only"] is True
    assert services["dashapp"]["cap_drop"] == ["ALL"]
    assert services["dashapp"]["ports"] == ["127.0.0.1:8050:8050"]


def test_compose_sets_only_settings_that_exist():
    compose = yaml.safe_load((ROOT / "examples/operations/compose.yaml").read_text())
    documented = (ROOT / "docs/reference/settings.md").read_text()

    for name in compose["services"]["dashapp"]["environment"]:
        assert f"`{name}`" in documented, name
