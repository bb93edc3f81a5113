"""The texts of the menu of saved views."""

from dashapp.domain.language import say


def view_words() -> dict[str, str]:
    """Return the texts of the menu "Views" and its dialogs, for the page's island."""
    return {
        "views": say("Views"),
        "viewsHint": say(
            "A view keeps the range, comparison, time zone, filters, and what the chart shows."
        ),
        "saveView": say("Save this view…"),
        "saveChanges": say("Save changes to “%(name)s”", name="%s"),
        "manageViews": say("Rename, share, or delete views…"),
        "viewTitle": say("Save this view"),
        "viewName": say("Name"),
        "viewSaved": say("Saved as “%(name)s”", name="%s"),
        "viewDeleted": say("Deleted “%(name)s”", name="%s"),
        "viewRename": say("Rename “%(name)s”", name="%s"),
        "viewLink": say("Copy the link of “%(name)s”", name="%s"),
        "viewDelete": say("Delete “%(name)s”", name="%s"),
        "askDeleteView": say("Delete “%(name)s”?", name="%s"),
        "replaceView": say("Replace it"),
        "save": say("Save"),
        "cancel": say("Cancel"),
        "delete": say("Delete"),
        "notSaved": say("Could not save. Try again."),
        "signedOut": say("Your session has expired. Sign in again."),
    }
