"""Languages as the server reads them, for tests without a server; and one that nobody speaks."""

from functools import cached_property
from gettext import GNUTranslations, NullTranslations

from dashapp.domain.language import Language
from tests import messages


def language(tag: str) -> Language:
    with messages.mo(tag).open("rb") as file:
        return Language(tag, GNUTranslations(file))


class Brackets(NullTranslations):
    """What has gone through a translation stands in brackets; what is in no catalogue has not."""

    @cached_property
    def _known(self) -> set[str]:
        return {message.id for message in messages.catalog("es") if message.id}

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message in self._known else message

    ugettext = gettext
