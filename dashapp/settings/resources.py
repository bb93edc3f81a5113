"""Where the package's own files are."""

from pathlib import Path


def resource(name: str) -> Path:
    """Return the path of a folder such as `assets`, in the package or in a checkout."""
    package = Path(__file__).resolve().parent.parent
    packaged = (package / f"_{name}", package / name)
    return next((path for path in packaged if path.is_dir()), package.parent / name)
