"""Templates that dashboards are provisioned from."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class PanelTemplate:
    """A panel of a template: a widget and its initial configuration.

    The slug of the widget is also the panel's name, type, and source. `position` must be empty:
    panels follow each other in order.
    """

    widget: str
    position: tuple[int, ...] = ()
    config: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.position:
            raise ValueError(f"{self.widget}: position must be empty; panels are laid out in order")

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
    """A dashboard defined in code.

    `title` is translated when shown, `noun` is what messages call the dashboard. `grid`, `config`,
    and `description` are stored for programs that read the database; boards do not show them. In
    the project `default`, an `is_org_wide` dashboard shows the numbers of all projects. All other
    dashboards show those of their own project.
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
