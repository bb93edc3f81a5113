"""What mails say, in the reader's language, and that nobody can add headers to them."""

import pytest

from dashapp.domain.errors import BadInput
from dashapp.mail.languages import language_of
from dashapp.mail.message import Envelope, message
from dashapp.mail.texts import text_of
from dashapp.store.mail.kinds import MailKind, mailable

URL = "https://dash.example.com/analytics"
EXPIRES = str(1_795_000_000_000_000)  # 18 November 2026, 11:06:40 UTC
PARAMS = {
    "address": "zoe@example.com",
    "org": "Acme",
    "slug": "acme",
    "provider": "Acme login",
    "invited_by": "ada@example.com",
    "owner": "ada@example.com",
    "secret": "s3cr3t",
    "expires_at": EXPIRES,
}


def mail(kind=MailKind.INVITATION, tag="en", sender="Dashboards <d@example.com>", **params):
    language = language_of(tag)
    text = text_of(kind, PARAMS | params, language, URL)
    envelope = Envelope("k1", sender, "zoe@example.com", 0)
    return message(envelope, text, language, URL)


def body(sent, kind="plain") -> str:
    return sent.get_body((kind,)).get_content()


def test_an_invitation_has_a_link_whose_secret_is_in_the_fragment():
    sent = mail()

    assert sent["Subject"] == "Join Acme"
    assert sent["From"] == "Dashboards <d@example.com>"
    assert "ada@example.com invites you to see the dashboards of Acme." in body(sent)
    assert f"\n{URL}/invitation#s3cr3t\n" in body(sent)
    assert "until 18 November 2026, 11:06 UTC" in body(sent)
    assert f'href="{URL}/invitation#s3cr3t"' in body(sent, "html")


def test_an_invitation_of_a_key_names_nobody():
    assert "You are invited to see the dashboards of Acme." in body(mail(invited_by=""))


@pytest.mark.parametrize("kind", MailKind)
@pytest.mark.parametrize("tag", ["en", "es", "pt-BR"])
def test_each_mail_has_both_parts_and_no_placeholder(kind, tag):
    sent = mail(kind, tag)

    assert sent["Content-Language"] == tag
    assert sent["Auto-Submitted"] == "auto-generated"
    for part in ("plain", "html"):
        assert "%(" not in body(sent, part)
        assert URL in body(sent, part)


def test_a_mail_is_in_the_readers_language():
    assert mail(tag="es-MX")["Subject"] == "Únete a Acme"
    assert mail(tag="pt")["Subject"] == "Entre em Acme"
    assert mail(tag="xx")["Subject"] == "Join Acme"


def test_a_name_cannot_add_a_header():
    with pytest.raises(ValueError, match="line"):
        mail(org="Acme\r\nBcc: eve@example.com")


def test_a_name_cannot_add_html():
    html = body(mail(org="<img src=x>", invited_by='"><a href=//evil>'), "html")

    assert "<img" not in html
    assert "href=//evil" not in html.replace("&gt;&lt;a href=//evil", "")


def test_long_links_are_not_broken_in_the_text():
    link = f"{URL}/invitation#{'x' * 100}"

    assert link in body(mail(secret="x" * 100)).splitlines()


@pytest.mark.parametrize(
    "address", ["zoë@example.com", "zoe@", "zoe@-x.example", f"zoe@{'x' * 70}.example"]
)
def test_addresses_that_get_no_mail(address):
    with pytest.raises(BadInput, match="Mails cannot be sent"):
        mailable(address)
