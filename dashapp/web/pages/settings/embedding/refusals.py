"""What an org can do about a refused embed token, by the code in its log."""

from collections.abc import Mapping

from dashapp.domain.language import _
from dashapp.store.orgs.embed_log import ACCEPTED

ADVICE: Mapping[str, str] = {
    "no_token": _("Your page asked without a token. Check that your token endpoint answers."),
    "malformed": _(
        "Return the token exactly as the JWT library made it, without quotes or spaces."
    ),
    "bad_header": _("Sign with HS256, and put the id of the key into the header as kid."),
    "unknown_key": _("Use the id of an embed key of this organization as kid."),
    "revoked_key": _("Sign with another embed key. See Keys."),
    "bad_signature": _("Sign with the secret of the key that kid names, exactly as it was shown."),
    "bad_claim": _("Correct the claim that the reason names. Unknown claims are refused."),
    "clock": _("Correct the clock of your server."),
    "expired": _("Make a new token for each request. A token is valid for five minutes."),
    "sealed": _("The server cannot read this key. Create a new embed key, and revoke this one."),
    "foreign": _("The token is for another dashboard or organization. Compare src with the token."),
}
UNKNOWN = _("See the reason.")


def outcome_of(code: str) -> str:
    """Return the text for an entry of the log, to translate."""
    return _("Shown") if code == ACCEPTED else _("Refused")


def advice_for(code: str) -> str | None:
    """Return what to do about a refusal, to translate; None for an accepted token."""
    return None if code == ACCEPTED else ADVICE.get(code, UNKNOWN)
