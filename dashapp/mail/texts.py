"""What each kind of mail says."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dashapp.domain.language import Language, _
from dashapp.domain.time.instant import from_us
from dashapp.store.mail.kinds import MailKind


class Text(NamedTuple):
    """What a mail says, translated. `path` is the page that its button opens."""

    subject: str
    paragraphs: Sequence[str]
    button: str
    path: str
    notes: Sequence[str]


class _Wording(NamedTuple):
    """The texts of a kind, in English, with placeholders."""

    subject: str
    paragraphs: Sequence[str]
    button: str
    path: str
    notes: Sequence[str]


_IGNORE = _("If you did not expect this mail, ignore it: nothing changes.")
_CODE = _("If the button does not work, open %(page)s and enter this code: %(secret)s")
_NOT_YOU = _("If this was not you, choose a new password now, and tell your administrator.")
_WORDINGS = {
    MailKind.INVITATION: _Wording(
        _("Join %(org)s"),
        (
            _("%(invited_by)s invites you to see the dashboards of %(org)s."),
            _("The link works once, until %(expires)s UTC."),
        ),
        _("Accept the invitation"),
        "/invitation#%(secret)s",
        (_CODE, _IGNORE),
    ),
    MailKind.PASSWORD_RESET: _Wording(
        _("Choose a new password"),
        (
            _("Someone asked for a new password for %(address)s."),
            _("The link works once, until %(expires)s UTC."),
        ),
        _("Choose a new password"),
        "/reset#%(secret)s",
        (_CODE, _("If you did not ask for it, ignore this mail: your password stays the same.")),
    ),
    MailKind.PASSWORD_CHANGED: _Wording(
        _("Your password was changed"),
        (_("The password of %(address)s was changed, and all other sessions were ended."),),
        _("Sign in"),
        "/login",
        (_NOT_YOU,),
    ),
    MailKind.ACCOUNT_LOCKED: _Wording(
        _("Too many attempts to sign in"),
        (
            _("Someone tried many passwords for %(address)s, so new browsers must wait for up to "
              "15 minutes. Browsers that you have signed in with before still work."),
        ),
        _("Sign in"),
        "/login",
        (_("If this was you, wait and try again. If not, your password was not found."),),
    ),
    MailKind.ONLY_WAY_CHANGED: _Wording(
        _("%(org)s now requires sign-on with %(provider)s"),
        (
            _("From now on, members of %(org)s sign in with %(provider)s only."),
            _("You own %(org)s: you can still sign in with your password and second factor."),
        ),
        _("Open the settings"),
        "/app/%(slug)s/settings/sign-on",
        (_("If you did not expect this, ask the other owners and administrators."),),
    ),
    MailKind.BREAK_GLASS: _Wording(
        _("%(owner)s signed in to %(org)s without %(provider)s"),
        (
            _("Members of %(org)s sign in with %(provider)s only. Owners can also use their second "
              "factor, in case %(provider)s fails. %(owner)s did so."),
        ),
        _("Open the audit log"),
        "/app/%(slug)s/settings/audit",
        (_("If you did not expect this, ask %(owner)s and the other owners."),),
    ),
    MailKind.SECOND_FACTOR_REMOVED: _Wording(
        _("Your second factor was removed"),
        (_("%(address)s now signs in without a second factor."),),
        _("Open your account"),
        "/account",
        (_NOT_YOU,),
    ),
}  # fmt: skip
_INVITED_BY_NOBODY = _("You are invited to see the dashboards of %(org)s.")


def text_of(kind: MailKind, params: Mapping[str, str], language: Language, public_url: str) -> Text:
    """Return the text of a mail, filled in and translated."""
    wording = _WORDINGS[kind]
    path = wording.path % params
    values = {**params, "page": public_url + path.partition("#")[0]}
    if "expires_at" in params:
        values["expires"] = _moment(int(params["expires_at"]), language)
    paragraphs = list(wording.paragraphs)
    if kind is MailKind.INVITATION and not params["invited_by"]:
        paragraphs[0] = _INVITED_BY_NOBODY
    return Text(
        language.text(wording.subject, **values),
        [language.text(paragraph, **values) for paragraph in paragraphs],
        language.text(wording.button, **values),
        path,
        [language.text(note, **values) for note in wording.notes],
    )


def _moment(at: int, language: Language) -> str:
    moment = from_us(at)
    day = language.text(
        "%(day)s %(month)s %(year)s",
        day=moment.day,
        month=language.months[moment.month],
        year=moment.year,
    )
    return f"{day}, {moment:%H:%M}"
