"""Passkeys (WebAuthn): what a browser must sign, and the check of what it signed.

A challenge belongs to one browser and one purpose, and works once. The relying party is exactly the
public host: a new host loses all passkeys, and IP addresses can have none.
"""

from enum import StrEnum
from ipaddress import ip_address
from secrets import token_bytes
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
from flask import request, session
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _, say
from dashapp.domain.secrets.keys import digest
from dashapp.store.people import passkeys
from dashapp.store.people.passkeys import Passkey
from dashapp.store.people.users import User
from dashapp.web.services import Services, services

_CHALLENGE_BYTES = 32
_MAX_CREDENTIAL = 20_000  # characters
_FAULTS = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError)
_REFUSED = _("The passkey was not accepted. Try again.")


class Purpose(StrEnum):
    """What a browser signs a challenge for. One for another purpose is refused."""

    REGISTER = "register"
    ALONE = "alone"  # a login with nothing else
    SECOND_FACTOR = "second_factor"
    CONFIRM = "confirm"

    @property
    def needs_verification(self) -> bool:
        """Whether the person must unlock the passkey: it replaces the password."""
        return self is not Purpose.SECOND_FACTOR


class Refused(BadInput):
    """A passkey was not accepted; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(_REFUSED)
        self.reason = reason


class Challenge(NamedTuple):
    """What this browser must have signed, and for what. It was taken: it works once.

    `handle` names the user to a passkey that is registered.
    """

    purpose: Purpose
    user: User | None
    text: bytes
    handle: str


class _Site(NamedTuple):
    """The host that passkeys belong to, and the origin of its pages."""

    host: str
    origin: str


class _Credential(msgspec.Struct):
    """The part of a browser's answer that says which passkey it is. Untrusted."""

    id: str
    response: "_Response"


class _Response(msgspec.Struct):
    userHandle: str | None = None  # noqa: N815 - the browser's name
    transports: list[str] = []


def why_unavailable() -> str | None:
    """Return why this site can have no passkeys, None if it can."""
    site = _site(services())
    try:
        ip_address(site.host.strip("[]"))
    except ValueError:
        pass
    else:
        return say(_("Passkeys need a host name: browsers refuse them on IP addresses."))
    if site.origin.startswith("https://") or site.host == "localhost":
        return None
    return say(_("Passkeys need https."))


def options_to_register(app: Services, transaction: Session, user: User) -> str:
    """Return the options to add a passkey, as JSON for the browser."""
    existing = passkeys.passkeys_of(transaction, user.id)
    handle = passkeys.handle_of(transaction, user.id)
    options = generate_registration_options(
        rp_id=_site(app).host,
        rp_name="dashapp",
        user_name=user.email,
        user_id=base64url_to_bytes(handle),
        challenge=token_bytes(_CHALLENGE_BYTES),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[_descriptor(passkey) for passkey in existing],
    )
    text = f"{bytes_to_base64url(options.challenge)}.{handle}"
    _remember(app, transaction, Purpose.REGISTER, text, user)
    return options_to_json(options)


def options_to_sign(
    app: Services, transaction: Session, purpose: Purpose, user: User | None
) -> str:
    """Return the options to sign a challenge, as JSON for the browser.

    A login with a passkey alone lists none: the person chooses one, and nobody learns who has some.
    """
    own = passkeys.passkeys_of(transaction, user.id) if user else []
    options = generate_authentication_options(
        rp_id=_site(app).host,
        allow_credentials=[_descriptor(passkey) for passkey in own],
        user_verification=UserVerificationRequirement.REQUIRED
        if purpose.needs_verification
        else UserVerificationRequirement.DISCOURAGED,
    )
    _remember(app, transaction, purpose, bytes_to_base64url(options.challenge), user)
    return options_to_json(options)


def take_challenge(app: Services, purpose: Purpose, user: User | None) -> Challenge:
    """Take what this browser must have signed, whatever comes of it. Raises Refused."""
    user_id, now = user.id if user else None, app.now_us()
    with app.store.write_shared() as transaction:
        text = passkeys.take_challenge(
            transaction, _browser(), purpose.value, user_id=user_id, now=now
        )
    if text is None:
        raise Refused("no_challenge")
    signed, _dot, handle = text.partition(".")
    return Challenge(purpose, user, base64url_to_bytes(signed), handle)


def register(
    app: Services, transaction: Session, challenge: Challenge, sent: str, name: str
) -> Passkey:
    """Add a passkey that the browser has just made. Raises Refused, or Conflict."""
    user, credential, site = challenge.user, _parsed(sent), _site(app)
    assert user is not None  # a challenge to register has one
    try:
        verified = verify_registration_response(
            credential=sent,
            expected_challenge=challenge.text,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _FAULTS:
        raise Refused("passkey_not_verified") from None
    passkey = Passkey(
        id=bytes_to_base64url(verified.credential_id),
        user_id=user.id,
        handle=challenge.handle,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        name=name,
        transports=[text[:20] for text in credential.response.transports[:10]],
        created_at=app.now_us(),
        last_used_at=None,
    )
    passkeys.insert_passkey(transaction, passkey)
    return passkey


def verify(app: Services, transaction: Session, challenge: Challenge, sent: str) -> Passkey:
    """Return the passkey that signed the challenge of this browser. Raises Refused.

    With a user, it must be theirs. Its count of signatures must not go back: it would be a copy.
    """
    user, purpose, credential = challenge.user, challenge.purpose, _parsed(sent)
    passkey = passkeys.find_passkey(transaction, credential.id)
    if passkey is None or (user is not None and passkey.user_id != user.id):
        raise Refused("unknown_passkey")
    handle = credential.response.userHandle
    if handle != passkey.handle and (handle or purpose is Purpose.ALONE):
        raise Refused("wrong_handle")
    site = _site(app)
    try:
        verified = verify_authentication_response(
            credential=sent,
            expected_challenge=challenge.text,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=purpose.needs_verification,
        )
    except _FAULTS:
        raise Refused("passkey_not_verified") from None
    if not passkeys.record_use(transaction, passkey, verified.new_sign_count, now=app.now_us()):
        raise Refused("passkey_used_meanwhile")
    return passkey


def _site(app: Services) -> _Site:
    parts = urlsplit(app.settings.public_url or request.host_url)
    return _Site(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def _browser() -> str:
    """Return what tells this browser from others: the token of its forms."""
    return digest(str(session["csrf_token"]))


def _remember(
    app: Services, transaction: Session, purpose: Purpose, challenge: str, user: User | None
) -> None:
    user_id, now = user.id if user else None, app.now_us()
    passkeys.put_challenge(
        transaction, _browser(), purpose.value, challenge, user_id=user_id, now=now
    )


def _parsed(sent: str) -> _Credential:
    if len(sent) > _MAX_CREDENTIAL:
        raise Refused("malformed_passkey")
    try:
        return msgspec.json.decode(sent, type=_Credential)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        raise Refused("malformed_passkey") from None


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.id))
