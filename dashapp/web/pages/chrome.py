"""The header of every page: the person's orgs, the org's dashboards, who is logged in."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode
from zlib import crc32

from flask import Flask, request

from dashapp.domain.access.dashboard import Dashboard
from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import NotFound
from dashapp.domain.events.event import DEFAULT_PROJECT
from dashapp.domain.language import say
from dashapp.queries.saved_dashboards import saved_dashboards
from dashapp.store.people.memberships import Visitor, some_orgs
from dashapp.web.access import request_session
from dashapp.web.access.people import person
from dashapp.web.access.refusals import NO_SUCH_PAGE
from dashapp.web.pages.saved.words import view_words
from dashapp.web.services import services

# Parameters that links to other boards keep; the scripts update the links.
CARRIED = ("time_range", "from", "to", "as_of", "compare", "tz", "refresh")
LISTED_ORGS = 8  # a person in more orgs searches for them (switching.py)


class Chrome(NamedTuple):
    """Values of the page's header. On settings pages, no dashboard is open: `title` is empty."""

    email: str
    orgs: Sequence[Org]  # all of them, or none if there are many
    has_many_orgs: bool
    dashboards: Sequence[Dashboard]
    title: str
    can_arrange: bool
    can_administer: bool
    first_dashboard: str


def init_app(server: Flask) -> None:
    server.jinja_env.globals.update(
        chrome=_chrome, words=words, palette_words=palette_words, carried=carried, kept=_kept
    )
    server.jinja_env.filters.update(initials=initials, tile_color=tile_color)


def carried(**more: str) -> str:
    """Return the query that keeps this page's view, and `more`: `?time_range=7d`."""
    query = urlencode({**more, **_kept()})
    return f"?{query}" if query else ""


def _kept() -> dict[str, str]:
    """Return the parameters that links keep."""
    return {name: request.args[name] for name in CARRIED if request.args.get(name)}


def words() -> dict[str, str]:
    """Return the texts that the board's scripts show."""
    return {
        **_chart_words(),
        **_time_words(),
        **_panel_words(),
        **_key_words(),
        **_drill_words(),
        **palette_words(),
        **_present_words(),
        **view_words(),
        "noAnswer": say("The server did not respond."),
        "unreachable": say("The server has been unreachable since %(time)s.", time="%s"),
        "again": say("Retrying in %(seconds)s s.", seconds="%s"),
        "trying": say("Retrying…"),
        "gone": say("You no longer have access to this dashboard."),
        "home": say("Go to my dashboards"),
        "retry": say("Retry"),
        "old": say("Out of date · updated %(age)s", age="%s"),
        "ended": say("This view has expired."),
        "reload": say("Reload the page to see it again."),
    }


def _chart_words() -> dict[str, str]:
    return {
        "versus": say("vs %(label)s", label="%s"),
        "before": say("previous"),
        "when": say("When"),
        "change": say("Change"),
        "points": say("%(points)s pp", points="%s"),
        "total": say("Total"),
    }


def _time_words() -> dict[str, str]:
    return {
        "zone": say("Time zone"),
        "findZone": say("Search time zones"),
        "noZone": say("No time zone has this name."),
        "allZones": say("All time zones"),
        "ownZone": say("organization"),
        "browserZone": say("this browser"),
        "previousMonth": say("Previous month"),
        "nextMonth": say("Next month"),
        "wrongDate": say(
            "“%(text)s” is not a date. Use a format such as 1 June 2026 or 2026-06-01.", text="%s"
        ),
        "wrongTime": say("“%(text)s” is not a time. Use a format such as 14:30.", text="%s"),
        "wrongDates": say("The start must be before the end."),
        "futureDate": say("This day is in the future."),
        "longDates": say("This range is too long. Choose a shorter one."),
        "lateComparison": say(
            "The comparison must begin before the shown range, on %(day)s at the latest.", day="%s"
        ),
        "earlyComparison": say("There is no data that far back. Begin on %(day)s.", day="%s"),
    }


def _panel_words() -> dict[str, str]:
    return {
        "large": say("Expand"),
        "back": say("Back"),
        "table": say("Show as table"),
        "chart": say("Show as chart"),
        "csv": say("Download CSV"),
        "json": say("Download JSON"),
        "png": say("Download image"),
        "link": say("Copy link"),
        "copied": say("Copied"),
        "notCopied": say("Could not copy the link. Copy the page address instead."),
        "notLoaded": say("Download failed. Try again."),
    }


def _drill_words() -> dict[str, str]:
    return {
        "wholeList": say("Show the whole list"),
        "onlyThis": say("Only this"),
        "withoutThis": say("Without this"),
        "unfilter": say("Remove this filter"),
        "zoomTo": say("Zoom to %(label)s", label="%s"),
        "breakDown": say("Break down by"),
        "seeEvents": say("See the %(count)s events", count="%s"),
        "seeEvent": say("See the event"),
        "seeAll": say("See the events"),
        "events": say("%(count)s events", count="%s"),
        "event": say("1 event"),
        "byField": say("By %(field)s", field="%s"),
        "time": say("Time"),
        "user": say("User"),
        "type": say("Type"),
        "channel": say("Channel"),
        "project": say("Project"),
        "noValue": say("no value"),
        "more": say("Show %(count)s more", count="%s"),
        "newest": say("%(count)s, newest first", count="%s"),
        "cut": say("The file has the newest %(count)s events.", count="%s"),
        "value": say("Value"),
        "share": say("Share"),
        "search": say("Search"),
        "noRows": say("No data in this range"),
        "rows": say("%(count)s entries", count="%s"),
        "restOf": say("Other: %(value)s", value="%s"),
    }


def _key_words() -> dict[str, str]:
    return {
        "keys": say("Keyboard shortcuts"),
        "keysOn": say("Enable keyboard shortcuts"),
        "keyHelp": say("Show these shortcuts"),
        "keyRefresh": say("Refresh"),
        "keyCompare": say("Compare with previous period"),
        "keyDates": say("Choose dates"),
        "keyEdit": say("Edit this dashboard"),
        "keyPresent": say("Present in full screen"),
        "keyEarlier": say("Earlier"),
        "keyLater": say("Later"),
        "keyPreset": say("Choose a range from the list"),
        "keyMetric": say("Show a number card in the chart"),
        "keyClose": say("Close the open menu or dialog"),
        "keyChart": say("On a chart: move, select, show"),
    }


def palette_words() -> dict[str, str]:
    """Return the texts of the command palette, which pages without a board have too."""
    return {
        "palette": say("Go anywhere"),
        "paletteWith": say("Go anywhere (%(keys)s)", keys="%s"),
        "findAnywhere": say("Search dashboards, panels, and actions"),
        "panels": say("Panels"),
        "filters": say("Filters"),
        "removeFilter": say("Remove %(filter)s", filter="%s"),
        "actions": say("Actions"),
        "theme": say("Theme: %(name)s", name="%s"),
        "current": say("current"),
        "small": say("Close"),
        "loading": say("Loading…"),
        "noMatch": say("Nothing matches “%(text)s”.", text="%s"),
        "failed": say("Could not load"),
    }


def _present_words() -> dict[str, str]:
    return {
        "presentation": say("Presentation"),
        "endPresentation": say("End"),
        "pause": say("Pause"),
        "resume": say("Resume"),
        "nextBoard": say("Next dashboard"),
        "previousBoard": say("Previous dashboard"),
        "rotate": say("Change dashboards"),
        "rotateOff": say("Never"),
        "rotate30s": say("Every 30 seconds"),
        "rotate1m": say("Every minute"),
        "rotate5m": say("Every 5 minutes"),
    }


def initials(name: str) -> str:
    """Return two letters for a tile: `Acme Shop` -> `AS`, `acme` -> `AC`."""
    words = [word for word in name.replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    letters = words[0][0] + words[1][0] if len(words) > 1 else (words[0][:2] if words else "?")
    return letters.upper()


def tile_color(slug: str) -> int:
    """Return which of the four colors an org's tile has, the same on every page: 1 to 4."""
    return crc32(slug.encode()) % 4 + 1


def _chrome(scope: Scope) -> Chrome:
    user, everything = person(), services().scope_of_org(scope.org)
    orgs = _orgs(user.visitor) if user else []
    with request_session.read(everything) as session:
        dashboards = saved_dashboards(session, everything)
    current = next((row for row in dashboards if row.slug == scope.dashboard), None)
    if current is None and scope.dashboard is not None:  # deleted since the policy opened it
        raise NotFound(NO_SUCH_PAGE)
    return Chrome(
        email=user.email if user else "",
        orgs=orgs if len(orgs) <= LISTED_ORGS else [],
        has_many_orgs=len(orgs) > LISTED_ORGS,
        dashboards=[row._replace(title=_title(row)) for row in dashboards],
        title=_title(current) if current else "",
        can_arrange=scope.role.can_edit_dashboards and current is not None and current.is_editable,
        can_administer=user is not None and scope.role.can_administer,
        first_dashboard=dashboards[0].slug if dashboards else "",
    )


def _orgs(who: Visitor) -> Sequence[Org]:
    """Return the user's orgs, or as many as it takes to know that there are too many to list."""
    with services().store.read_shared() as session:
        return some_orgs(session, who, most=LISTED_ORGS + 1)


def _title(dashboard: Dashboard) -> str:
    """Return the title with the project, unless that is the default project."""
    title = say(dashboard.title)
    return title if dashboard.home == DEFAULT_PROJECT else f"{title} · {dashboard.home}"
