"""The texts of the editor, which its script asks for when someone begins to edit."""

from dashapp.domain.language import _, say

# How metrics are shown, in the order of the menu.
DRAWINGS = {
    "number": _("Number"),
    "line": _("Line"),
    "bars": _("Bars"),
    "list": _("List"),
    "heatmap": _("Heat map"),
    "funnel": _("Funnel"),
    "events": _("Events"),
}
MEASURES = {
    "count": _("Number of events"),
    "users": _("Number of users"),
    "sum": _("Sum"),
    "average": _("Average"),
    "min": _("Lowest"),
    "max": _("Highest"),
    "p50": _("Median"),
    "p75": _("75th percentile"),
    "p90": _("90th percentile"),
    "p95": _("95th percentile"),
    "p99": _("99th percentile"),
    "unique": _("Number of different values"),
}


def words() -> dict[str, str]:
    """Return the texts. What scripts fill in is `%s`, or `%n` for a second part."""
    return {**_editing(), **_saving(), **_gallery(), **_metric()}


def _editing() -> dict[str, str]:
    return {
        "editing": say("Edit this dashboard"),
        "grip": say(
            "Move %(panel)s. Arrow keys move it, Shift and arrow keys resize it, Delete removes.",
            panel="%s",
        ),
        "titleOf": say("Title of %(panel)s", panel="%s"),
        "remove": say("Remove"),
        "removeOf": say("Remove %(panel)s", panel="%s"),
        "earlier": say("Move up"),
        "later": say("Move down"),
        "wider": say("Wider"),
        "narrower": say("Narrower"),
        "resize": say("Drag to resize"),
        "moved": say(
            "%(panel)s: position %(place)s of %(count)s", panel="%p", place="%n", count="%c"
        ),
        "resized": say("%(panel)s: %(size)s", panel="%p", size="%z"),
        "removed": say("Removed %(panel)s", panel="%s"),
        "added": say("Added %(panel)s", panel="%s"),
        "undo": say("Undo"),
        "redo": say("Redo"),
        "undone": say("Undone"),
        "redone": say("Redone"),
        "begun": say("You are editing this dashboard. Nothing changes for others until you save."),
    }


def _saving() -> dict[str, str]:
    return {
        "noChanges": say("No changes"),
        "oneChange": say("1 change"),
        "changes": say("%(count)s changes", count="%s"),
        "discard": say("Discard"),
        "done": say("Done"),
        "save": say("Save"),
        "saving": say("Saving…"),
        "saved": say("Saved"),
        "conflict": say("Someone changed this dashboard while you were arranging it."),
        "savedBy": say("Saved by %(who)s, %(at)s.", who="%s", at="%n"),
        "reload": say("Reload"),
        "replace": say("Save mine over it"),
        "back": say("Continue editing"),
        "askDiscard": say("Discard your changes?"),
        "notSaved": say("Could not save. Try again."),
        "signedOut": say("Your session has expired. Sign in in another tab, then save again."),
    }


def _gallery() -> dict[str, str]:
    return {
        "add": say("Add panel"),
        "addThis": say("Add “%(panel)s”", panel="%s"),
        "find": say("Find a metric"),
        "all": say("All"),
        "madeHere": say("Made here"),
        "others": say("More"),
        "onBoard": say("On this board"),
        "alreadyOnBoard": say("Already on this board"),
        "showAs": say("Show as"),
        "close": say("Close"),
        "cancel": say("Cancel"),
        "nothing": say("No metric has this name."),
        "noData": say("No data in this range"),
        "noPreview": say("Could not load"),
        "loading": say("Loading…"),
        "previews": say("Previews: your organization's own numbers"),
        "newMetric": say("New metric"),
        "ownDrawing": say("This panel has its own drawing."),
        "full": say("A dashboard can have at most %(most)s panels.", most="%s"),
    }


def _metric() -> dict[str, str]:
    return {
        "backToGallery": say("Back"),
        "eventType": say("Event type"),
        "countOf": say("%(type)s · %(count)s events", type="%s", count="%n"),
        "measure": say("Measure"),
        "of": say("Of"),
        "chooseProperty": say("Choose a property"),
        "noProperty": say("These events have no fitting property."),
        "noTypes": say("Your organization has not sent any events yet."),
        "unit": say("Unit"),
        "noUnit": say("None"),
        "ownCurrency": say("The organization's currency"),
        "by": say("Break down by"),
        "noBy": say("Nothing"),
        "where": say("Only where"),
        "is": say("is"),
        "atLeast": say("is at least"),
        "below": say("is less than"),
        "value": say("Value, or several separated by commas"),
        "addCondition": say("Add a condition"),
        "removeCondition": say("Remove this condition"),
        "title": say("Title"),
        "preview": say("Preview"),
        "leftOutOne": say("1 event has no number and is left out"),
        "leftOut": say("%(count)s events have no number and are left out", count="%s"),
        "ofOrganization": say("Saved for your organization"),
        "needOf": say("Choose what is measured."),
        "needNumber": say("Write a number."),
        "needValue": say("Write at least one value."),
        "type": say("Type"),
        "channel": say("Channel"),
        "project": say("Project"),
        "user": say("User"),
    }
