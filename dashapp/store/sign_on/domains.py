"""Mail domains of orgs. The vendor sets them, after it has checked whose they are."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashapp.domain.access.scope import Org, Scope
from dashapp.domain.errors import BadInput, Conflict, excerpt
from dashapp.settings import HOST_NAME
from dashapp.store.orgs.orgs import IS_NOT_DELETED, ORG_COLUMNS, org_from
from dashapp.store.tables import orgs, sign_on_domains

MAX_DOMAINS = 50
# Anybody can get an address there. Names below which anybody can get a name are refused, too.
_PUBLIC_MAIL = frozenset(
    """
    126.com 163.com aol.com att.net bellsouth.net bigpond.com bol.com.br btinternet.com
    charter.net comcast.net cox.net duck.com email.com fastmail.com fastmail.fm foxmail.com free.fr
    freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com
    hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it hushmail.com icloud.com
    ig.com.br inbox.com laposte.net libero.it live.co.uk live.com live.fr live.nl mac.com mail.com
    mail.de mail.ru mailbox.org me.com msn.com naver.com orange.fr outlook.com outlook.de
    outlook.es outlook.fr pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com
    rediffmail.com rocketmail.com sbcglobal.net sfr.fr sina.com sky.com t-online.de terra.com.br
    tiscali.it tuta.com tutanota.com tutanota.de uol.com.br verizon.net virgilio.it wanadoo.fr
    web.de yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.ar yahoo.com.br
    yahoo.de yahoo.es yahoo.fr yahoo.it yandex.com yandex.ru ymail.com zoho.com
    """.split()  # noqa: SIM905 - shorter
)


def normal_domain(text: str) -> str:
    """Return a mail domain in its normal form. Raises BadInput if anybody can get an address."""
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415 - for this command only

    domain = text.strip().lower().removeprefix("@")
    if not HOST_NAME.fullmatch(domain) or "." not in domain or domain.rpartition(".")[2].isdigit():
        raise BadInput(
            f"Invalid mail domain “{excerpt(text, 80)}”. Use the part after the @: acme.example"
        )
    if domain in _PUBLIC_MAIL or not PublicSuffixList().privatesuffix(domain):
        raise BadInput(f"Anyone can get an address at {domain}. Use a domain of the org.")
    return domain


def domains_of(session: Session, scope: Scope) -> Sequence[str]:
    """Return the org's mail domains, in order."""
    rows = session.execute(
        select(sign_on_domains.c.domain)
        .where(sign_on_domains.c.org_id == scope.org_id)
        .order_by(sign_on_domains.c.domain)
    )
    return rows.scalars().all()


def replace_domains(session: Session, scope: Scope, domains: Sequence[str], *, now: int) -> None:
    """Set the org's mail domains, in their normal form.

    Raises Conflict if one is another org's, or there are too many.
    """
    if len(domains) > MAX_DOMAINS:
        raise Conflict(f"An org can have at most {MAX_DOMAINS} mail domains.")
    session.execute(delete(sign_on_domains).where(sign_on_domains.c.org_id == scope.org_id))
    if not domains:
        return
    rows = [{"domain": each, "org_id": scope.org_id, "created_at": now} for each in domains]
    try:
        session.execute(insert(sign_on_domains), rows)
    except IntegrityError:
        raise Conflict("One of these mail domains belongs to another org.") from None


def org_of_address(session: Session, email: str) -> Org | None:
    """Return the org whose mail domain an address has."""
    domain = email.strip().lower().rpartition("@")[2]
    if not domain:
        return None
    row = session.execute(
        select(*ORG_COLUMNS)
        .join(sign_on_domains, sign_on_domains.c.org_id == orgs.c.id)
        .where(sign_on_domains.c.domain == domain, IS_NOT_DELETED)
    ).first()
    return None if row is None else org_from(row)
