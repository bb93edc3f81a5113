"""What two editors are told: who saved the other layout, when, and how it differs."""

from dashapp.dashboards.arrange import Layout, SavedLayout, differences
from dashapp.domain.access.scope import current_scope
from dashapp.domain.language import say
from dashapp.domain.time.instant import from_us
from dashapp.domain.time.labels import clock_label
from dashapp.domain.time.zones import zone_named
from dashapp.store.people import users
from dashapp.web.pages.layout_form import name_of
from dashapp.web.services import services


def conflict_of(layout: Layout, saved: SavedLayout) -> dict[str, object]:
    """Return the version of the other layout, who saved it and when, and the differences."""
    app, editor_email = services(), None
    if saved.edited_by is not None:
        with app.store.read_shared() as session:
            editor_email = users.email_of(session, saved.edited_by)
    names = {p.widget: name_of(p) for p in (*layout.panels, *saved.layout.panels)}
    zone = zone_named(current_scope().org.timezone)
    edited_at = from_us(saved.edited_at) if saved.edited_at is not None else None
    return {
        "version": saved.version,
        "who": editor_email,
        "at": clock_label(edited_at, zone, app.clock()) if edited_at else None,
        "what": [
            _text(names.get(difference.widget or ""), difference.text)
            for difference in differences(layout, saved.layout)
        ],
    }


def _text(panel: str | None, text: str) -> str:
    return say(text) if panel is None else f"{panel}: {say(text)}"
