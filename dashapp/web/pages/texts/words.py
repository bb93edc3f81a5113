"""The texts of the board's scripts and of the palette. A test compares them with the scripts."""

from dashapp.domain.language import say
from dashapp.web.pages.saved.words import view_words


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
        "noChange": say("no change"),
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
