"""What a part of a panel is called, for the names of files."""

from dashapp.domain.boards.titles import english, title_of
from dashapp.domain.language import current_language, say
from dashapp.widgets.drill.offers import field_offer
from dashapp.widgets.drill.parts import Drilled, Part


def titles_of(drill: Drilled, part: Part) -> list[str]:
    """Return the titles of the panel and of what the part is, without its dates."""
    panel, _board, vocabulary = drill.defined
    titles = [drill.widget.title]
    if part.metric is not None and len(panel.metrics) > 1:
        titles.append(say(english(drill.metric(part.metric).title)))
    if part.value is not None and panel.by is not None:
        names = field_offer(panel.by, vocabulary, panel.names).names
        titles.append(names.get(part.value, part.value))
    if part.hour is not None:
        weekday, hour = part.hour
        titles.append(f"{current_language().short_weekdays[weekday - 1]} {hour:02d}:00")
    return titles


def field_title(drill: Drilled, name: str) -> str:
    """Return the title of a field by which a part is broken down."""
    return say(title_of(name, drill.defined.vocabulary))
