"""What a request can show: login sessions, keys, tokens, and wrong ones of each kind."""

from typing import NamedTuple

from sqlalchemy import delete

from dashapp.domain.access.roles import Role
from dashapp.domain.access.saved_views import SavedView
from dashapp.domain.secrets.keys import KeyKind
from dashapp.store import tables
from dashapp.store.orgs import keys, saved_views
from dashapp.store.people import users
from tests import factories
from tests.embedding import Signer, bearer
from tests.factories import NOW
from tests.reliability.probes.cast import WORDS, Cast


class Credential(NamedTuple):
    """Headers of a request. `orgs` are those whose names it may see.

    A wrong one pretends to be of `home`. `reads` says whether it opens dashboards, and `sends` whether it may send events. `is_locked`
    means that only the open part of the events may be seen. `csrf` is for its forms, and `view` the id
    of a view that the person has saved of the dashboard `shop`.
    """

    name: str
    headers: dict[str, str]
    orgs: frozenset[str] = frozenset()
    reads: bool = False
    sends: bool = False
    is_locked: bool = False
    dashboard: str | None = None
    home: str | None = None
    csrf: str = ""
    view: str = ""

    @property
    def is_cookie(self) -> bool:
        return "Cookie" in self.headers


NOTHING = Credential("nothing", {})
_ROLES = (Role.OWNER, Role.ADMIN, Role.AUTHOR, Role.ANALYTICS_VIEWER, Role.MEMBER)


def make_credentials(cast: Cast, server) -> list[Credential]:
    """Return credentials of every org and kind, right and wrong."""
    found = [NOTHING, *_of_strangers(cast, server)]
    for word in WORDS:
        found += [*_people(cast, server, word), *_keys(cast, word), *_tokens(cast, server, word)]
    return found


def _logged_in(server, email: str, name: str, orgs=(), *, reads: bool) -> Credential:
    client = server.test_client()
    response = factories.login(client, email)
    assert response.status_code == 303, response.text
    page = client.get(response.location)
    has_form = 'name="csrf_token"' in page.text
    csrf = factories.hidden_value(page.text, "csrf_token") if has_form else ""
    cookies = {}
    for cookie in (*response.headers.getlist("Set-Cookie"), *page.headers.getlist("Set-Cookie")):
        key, _equals, value = cookie.split(";")[0].partition("=")
        cookies[key] = value
    headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in cookies.items())}
    return Credential(name, headers, frozenset(orgs), reads=reads, csrf=csrf)


def _people(cast: Cast, server, word: str):
    for role in _ROLES:
        email = f"{role.name.lower()}@{word}-mail.example"
        user_id = factories.add_user(cast.store, email, (cast.orgs[word], role))
        shop = factories.scope(cast.orgs[word].org, dashboard="shop")
        with cast.store.write(shop) as session:
            view = SavedView("", f"{word}-view", f"filter=channel%3A{word}-open-channel")
            view = saved_views.add_view(session, shop, user_id, view, now=1)
        name = f"{role.name.lower()} of {word}"
        person = _logged_in(server, email, name, [word], reads=role is not Role.MEMBER)
        yield person._replace(view=view.id)


def _of_strangers(cast: Cast, server):
    store, (first, second, _third) = cast.store, WORDS
    factories.add_user(
        store, "both@mail.example", (cast.orgs[first], Role.AUTHOR), (cast.orgs[second], Role.ADMIN)
    )
    yield _logged_in(server, "both@mail.example", "in two orgs", [first, second], reads=True)
    factories.add_user(store, "none@mail.example")
    yield _logged_in(server, "none@mail.example", "in no org", reads=False)
    for name in ("disabled", "removed", "logged out"):
        email = f"{name.replace(' ', '-')}@mail.example"
        user = factories.add_user(store, email, (cast.orgs[first], Role.OWNER))
        credential = _logged_in(server, email, name, reads=False)
        if name == "logged out":
            client = server.test_client(use_cookies=False)
            form = {"csrf_token": credential.csrf}
            client.post("/logout", data=form, headers=credential.headers)
        else:
            with store.write_shared() as session:
                if name == "disabled":
                    users.disable(session, user, now=2)
                else:
                    session.execute(
                        delete(tables.memberships).where(tables.memberships.c.user_id == user)
                    )
        yield credential._replace(home=first)
    yield Credential("forged cookie", {"Cookie": "dashapp-session=forged; session=forged"})  # fmt: skip
    yield Credential("no key", bearer("dash_read_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
    yield Credential("no token", bearer("a.b.c"))


def _keys(cast: Cast, word: str):
    owner, own = cast.orgs[word], frozenset({word})
    for kind in (KeyKind.READ, KeyKind.INGEST):
        name = f"{kind} key of {word}"
        right = factories.add_key(cast.store, owner, kind)[1]
        is_read = kind is KeyKind.READ
        yield Credential(name, bearer(right), own, reads=is_read, sends=not is_read)
        key_id, revoked = factories.add_key(cast.store, owner, kind)
        with cast.store.write_shared() as session:
            keys.revoke_key(session, owner, key_id, now=2)
        yield Credential(f"revoked {name}", bearer(revoked), home=word)
        yield Credential(f"mistyped {name}", bearer(f"{right[:-3]}xyz"), home=word)


def _tokens(cast: Cast, server, word: str):
    signer = Signer(cast.store, cast.orgs[word])
    own, client = frozenset({word}), server.test_client(use_cookies=False)
    locks = (
        {},
        {"filters": {"properties.part": [f"{word}-open-part"]}},
        {"filters": {"user": [f"{word}-open-u{n}" for n in range(3)]}},
        {"filters": {"channel": [f"{word}-open-channel"]}, "can": ["events"]},
        {"project": f"{word}-open"},
    )
    for number, claims in enumerate(locks):
        for dashboard in ("shop", "operations"):
            token = signer.token(dashboard=dashboard, session=3600, **claims)
            name = f"token {number} of {word} for {dashboard}"
            right = Credential(
                name, bearer(token), own, reads=True, is_locked=bool(claims), dashboard=dashboard
            )
            yield right
            path = f"/embed/{word}/{dashboard}/token"
            exchanged = client.post(path, json={}, headers=right.headers)
            if exchanged.status_code == 200:
                page_headers = bearer(exchanged.json["token"])
                yield right._replace(name=f"page {name}", headers=page_headers)
    yield from _wrong_tokens(cast, signer, word)


def _wrong_tokens(cast: Cast, signer: Signer, word: str):
    other = WORDS[(WORDS.index(word) + 1) % len(WORDS)]
    claims = signer.claims(dashboard="shop", session=3600)
    header, body, signature = signer.sign(claims).split(".")
    texts = {
        "forged": signer.sign(claims, secret="another secret that is long enough for HS256"),
        "unsigned": signer.sign(claims, header={"alg": "none"}, secret=b""),
        "cut": f"{header}.{body}.{signature[:-4]}",
        "expired": signer.token(dashboard="shop", now=NOW.timestamp() - 3600),
        "from the future": signer.token(dashboard="shop", now=NOW.timestamp() + 3600),
        "for another audience": signer.token(dashboard="shop", aud="other"),
        "signed as another org's": Signer(cast.store, cast.orgs[other]).sign(
            claims, header={"kid": signer.key_id}
        ),
    }
    revoked = Signer(cast.store, cast.orgs[word])
    texts["of a revoked key"] = revoked.token(dashboard="shop")
    with cast.store.write_shared() as session:
        keys.revoke_key(session, cast.orgs[word], revoked.key_id, now=2)
    for name, text in texts.items():
        wrong = f"{word}'s token, {name}"
        yield Credential(wrong, bearer(text), dashboard="shop", home=word)
