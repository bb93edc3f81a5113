"""What a dashboard is provisioned from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DashboardTemplate:
    """A dashboard in code: `title` is a key that is translated when shown."""

    slug: str
    title: str
    widgets: tuple[str, ...]
    is_default: bool = False
