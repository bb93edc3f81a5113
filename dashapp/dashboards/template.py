"""What a dashboard is provisioned from."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PanelTemplate:
    """A panel in code: a widget, and how it starts out.

    The widget is its name, its type and its source, and is what is stored. `position` is empty: a
    panel flows after those before it.
    """

    widget: str
    position: tuple[int, ...] = ()
    config: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.position:
            raise ValueError(f"{self.widget}: panels flow in their order; leave position empty")

    @property
    def name(self) -> str:
        return self.widget

    @property
    def type(self) -> str:
        return self.widget

    @property
    def source(self) -> str:
        return self.widget


@dataclass(frozen=True)
class DashboardTemplate:
    """A dashboard in code.

    `title` is a key that is translated when shown, `noun` what messages call it; `grid`, `config`
    and `description` are stored for programs that read the database: boards show none of them. In
    the project `default` an `is_org_wide` one shows the numbers of all projects; any other shows
    its project's.
    """

    slug: str
    title: str
    noun: str
    panels: tuple[PanelTemplate, ...]
    description: str = ""
    is_default: bool = False
    is_org_wide: bool = False
    is_deletable: bool = True
    is_editable: bool = True
    grid: tuple[int, int] = (0, 0)
    config: Mapping[str, object] = field(default_factory=dict)

    @property
    def widgets(self) -> list[str]:
        return [panel.widget for panel in self.panels]
