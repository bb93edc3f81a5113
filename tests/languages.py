"""Languages as the server reads them, for tests without a server, and a pseudo-language."""

from functools import cached_property
from gettext import GNUTranslations, NullTranslations

from dashapp.domain.language import Language
from tests import messages


def language(tag: str) -> Language:
    with messages.mo(tag).open("rb") as file:
        return Language(tag, GNUTranslations(file))


class Brackets(NullTranslations):
    """Puts every text of the catalog in brackets; texts without brackets were not translated."""

    @cached_property
    def _message_ids(self) -> set[str]:
        return {message.id for message in messages.catalog("es") if message.id}

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧" if message in self._message_ids else message

    ugettext = gettext
