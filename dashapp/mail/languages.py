"""The languages of mails. They are sent outside of requests, in the reader's language."""

from functools import cache
from gettext import translation

from dashapp.domain.language import DEFAULT_LANGUAGE, Language, closest_language
from dashapp.settings import resource


def language_of(tag: str) -> Language:
    """Return the supported language that matches a tag best, else English."""
    return _language(closest_language(tag) or DEFAULT_LANGUAGE)


@cache
def _language(tag: str) -> Language:
    folder, name = resource("locale"), tag.replace("-", "_")
    return Language(tag, translation("messages", folder, [name], fallback=True))
