"""Roles of a membership, from the most to the least powerful."""

from enum import StrEnum


class Role(StrEnum):
    OWNER = "OWNER"
    ADMIN = "ADMIN"
    AUTHOR = "AUTHOR"
    ANALYTICS_VIEWER = "ANALYTICS_VIEWER"
    MEMBER = "MEMBER"

    @property
    def can_see_dashboards(self) -> bool:
        return self is not Role.MEMBER

    @property
    def can_edit_dashboards(self) -> bool:
        return self in {Role.OWNER, Role.ADMIN, Role.AUTHOR}

    @property
    def can_administer(self) -> bool:
        return self in {Role.OWNER, Role.ADMIN}
