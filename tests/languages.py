"""Languages as the server reads them, for tests without a server; and one that nobody speaks."""

from gettext import GNUTranslations, NullTranslations

from dashapp.domain.language import Language
from tests.messages import mo


def language(tag: str) -> Language:
    with mo(tag).open("rb") as file:
        return Language(tag, GNUTranslations(file))


class Brackets(NullTranslations):
    """What has gone through a translation stands in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    ugettext = gettext
