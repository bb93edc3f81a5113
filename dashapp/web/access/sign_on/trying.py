"""Try a provider as it is set up, and say in plain words what is wrong."""

import secrets
from typing import NamedTuple

from dashapp.domain.errors import DashappError
from dashapp.domain.language import _, say
from dashapp.domain.sign_on.claims import RefusedSignOn
from dashapp.domain.sign_on.providers import Provider
from dashapp.web.access.sign_on.exchange import id_token_for
from dashapp.web.access.sign_on.fetching import NoAnswer, Question, fetch
from dashapp.web.access.sign_on.id_tokens import has_usable_key
from dashapp.web.access.sign_on.links import callback_address
from dashapp.web.access.sign_on.metadata import Metadata, checked_metadata, new_keys_of
from dashapp.web.services import Services

_CLIENT_ERRORS = frozenset({"invalid_client", "unauthorized_client"})


class Trial(NamedTuple):
    """How a trial ended: what is wrong, and in which field; no problem if all is well."""

    problem: str | None = None
    field: str | None = None


def try_provider(app: Services, provider: Provider) -> Trial:
    """Ask the provider for its metadata and keys, and whether it knows the client.

    It is asked anew, so that what was just mended there counts.
    """
    try:
        metadata = _metadata(app, provider)
        if not has_usable_key(new_keys_of(app, metadata)):
            return Trial(say(_("It has no key that signs with RS256, PS256, ES256, or EdDSA.")))
        return _try_client(app, provider, metadata)
    except NoAnswer as error:
        return Trial(say(error.problem, **error.values), "issuer")
    except DashappError as error:
        return Trial(say(error.text, **error.values))


def _metadata(app: Services, provider: Provider) -> Metadata:
    allows = app.settings.allows_private_providers
    answer = fetch(Question(provider.metadata_url), allows_private=allows)
    return checked_metadata(app, provider, answer.fields)


def _try_client(app: Services, provider: Provider, metadata: Metadata) -> Trial:
    """Send a code that cannot be right: the provider's refusal says whether it knows the client."""
    code, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    try:
        id_token_for(app, provider, metadata, code, verifier=verifier, back=callback_address())
    except RefusedSignOn as error:
        if error.detail in _CLIENT_ERRORS:
            text = _("It refuses the client ID or the client secret (%(error)s).")
            return Trial(say(text, error=error.detail), "secret")
    return Trial()
