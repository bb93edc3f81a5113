"""Settings of an org, changed by someone."""

from typing import Any

from dashapp.domain.access.actors import Action
from dashapp.domain.errors import NotFound
from dashapp.domain.images import image_type
from dashapp.domain.language import _
from dashapp.domain.time.zones import zone_named
from dashapp.store.administration.change import Change
from dashapp.store.orgs import orgs
from dashapp.store.orgs.logos import Logo, delete_logo, put_logo
from dashapp.store.tallies.updates import restart


def change_settings(change: Change, **values: Any) -> bool:
    """Set columns of the org; return whether anything has changed. Raises BadInput.

    With another time zone, days begin at other times, so all are counted again. It takes effect at
    once: until then, they are read from events.
    """
    before = orgs.settings_of(change.session, change.scope)
    changed = {name: value for name, value in values.items() if before[name] != value}
    if not changed:
        return False
    if "timezone" in changed:
        zone_named(changed["timezone"])
        restart(change.session, change.scope, changed["timezone"])
    orgs.set_org(change.session, change.scope, **changed)
    old = {name: before[name] for name in changed}
    change.record(Action.SETTINGS_CHANGED, change.scope.org.slug, before=old, after=changed)
    return True


def set_logo(change: Change, content: bytes) -> None:
    """Show an image instead of the org's initials. Raises BadInput."""
    content_type = image_type(content)
    put_logo(change.session, change.scope, Logo(content_type, change.now, content))
    after = {"logo": f"{content_type}, {len(content):,} B"}
    change.record(Action.SETTINGS_CHANGED, change.scope.org.slug, after=after)


def remove_logo(change: Change) -> None:
    """Show the org's initials again. Raises NotFound if it has no logo."""
    if not delete_logo(change.session, change.scope):
        raise NotFound(_("There is no logo."))
    change.record(Action.SETTINGS_CHANGED, change.scope.org.slug, before={"logo": True})
