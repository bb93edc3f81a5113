"""Templates that dashboards are provisioned from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashapp.store.orgs.dashboards import SavedPanel


@dataclass(frozen=True)
class PanelTemplate:
    """A panel of a template: the slug of a board's panel or of a Python widget, and its config.

    The slug is also the panel's name, type, and source. `position` must be empty: panels follow
    each other in order. `was` are old slugs.
    """

    widget: str
    position: tuple[int, ...] = ()
    config: Mapping[str, object] = field(default_factory=dict)
    board: str | None = None
    was: tuple[str, ...] = ()

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

    @property
    def slugs(self) -> tuple[str, ...]:
        """The slugs that this panel has or had."""
        return (self.widget, *self.was)


@dataclass(frozen=True)
class DashboardTemplate:
    """What a dashboard is created from.

    `title` is translated when shown, `noun` is what messages call the dashboard. `grid`, `config`,
    and `description` are stored for programs that read the database; boards do not show them. In
    the project `default`, an `is_org_wide` dashboard shows the numbers of all projects. All other
    dashboards show those of their own project. `opens_with` is a preset. `was` are old slugs.
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
    opens_with: str | None = None
    was: tuple[str, ...] = ()

    @property
    def widgets(self) -> list[str]:
        return [panel.widget for panel in self.panels]

    def saved_panels(self) -> list[SavedPanel]:
        """Return the panels in their initial state."""
        return [
            SavedPanel(
                panel.widget,
                title=None,
                size=None,
                is_hidden=False,
                config=dict(panel.config),
                board=panel.board,
            )
            for panel in self.panels
        ]
