"""Files in the packages of plug-ins: scripts and styles of drawings, and translations."""

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

_ADDRESS = re.compile(
    r"(?P<package>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*):(?P<path>\w[\w.-]*(?:/\w[\w.-]*)*\.(?:css|js))",
    re.ASCII,
)
_LOCALE = "locale"


class Asset(NamedTuple):
    """A script or a style of a plug-in. `name` is unique among all files of the server."""

    name: str
    content: bytes


def read_asset(address: str) -> Asset:
    """Return the file with an address such as `your_package:chart.css`.

    Raises ValueError that says what is wrong: the file must be inside of the package.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError("Write it as your_package:chart.css or your_package:scripts/chart.js.")
    package, path = match["package"], match["path"]
    try:
        root = files(package)
    except (ImportError, TypeError) as error:
        raise ValueError(f"There is no package {package}.") from error
    file = root.joinpath(*path.split("/"))
    if not file.is_file():
        raise ValueError(f"The package {package} has no file {path}.")
    if isinstance(root, Path) and not Path(str(file)).resolve().is_relative_to(root.resolve()):
        raise ValueError("It is outside of the package.")
    return Asset(f"{package}~{path.replace('/', '~')}", file.read_bytes())


def locale_folders(module: str) -> Iterator[Path]:
    """Yield the folder `locale` of the innermost package around a module that has one."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        package = import_module(".".join(parts[:length]))
        for folder in getattr(package, "__path__", ()):
            path = Path(folder, _LOCALE)
            if path.is_dir():
                yield path
                return
