"""Judges an answer: whose words it contains, and whether it should have been refused."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from urllib.parse import unquote_plus

from tests.reliability.probes.asking import Request, is_for_the_vendor, is_of_org
from tests.reliability.probes.cast import INTRUDER, WORDS, divisor

_MARKED = re.compile(rf"(?:{'|'.join((*WORDS, INTRUDER))})[a-z0-9.-]*")
_SUM = "revenue"  # the metric, and the panels that show it


def faults_of(
    request: Request, response, repeated: AbstractSet[str] = frozenset()
) -> Iterator[str]:
    """Yield what is wrong with an answer. It may repeat what the org's own viewers have asked."""
    text = f"{response.headers}\n{response.get_data(as_text=True)}".lower()
    foreign = _words_in(text) - words_sent(request) - repeated
    for word in sorted(foreign):
        if not _may_see(request, word):
            yield f"contains {word}"
    if _is_answered(response) and not _may_read(request):
        yield f"answers {response.status_code}"
    yield from _wrong_sums(request, response)
    if response.status_code >= 500 and response.status_code != 503:
        yield f"fails with {response.status_code}"


def is_opened(request: Request, response) -> bool:
    """Return whether a right credential was answered with what its org owns."""
    is_read = request.credential.reads or request.credential.sends
    return is_read and _is_answered(response) and is_of_org(request.endpoint, request.url)


def _is_answered(response) -> bool:
    return 200 <= response.status_code < 300


def _words_in(text: str) -> set[str]:
    return {word.rstrip(".-") for word in _MARKED.findall(text)}


def words_sent(request: Request) -> set[str]:
    """Return the words in the request itself: an answer may repeat them."""
    texts = [unquote_plus(request.url), str(request.content), str(request.headers)]
    return _words_in("\n".join(texts).lower())


def _may_see(request: Request, word: str) -> bool:
    credential = request.credential
    own = next((own for own in WORDS if word.startswith(own)), INTRUDER)
    if own not in credential.orgs:
        return False
    is_data = request.url.startswith("/api/") or "/_dash-" in request.url
    if is_data and request.org in WORDS and own != request.org:
        return False  # a person in two orgs sees the data of one at a time
    return not (credential.is_locked and word.startswith(f"{own}-shut"))


def _may_read(request: Request) -> bool:
    """Return whether an answer of 2xx is right."""
    if not is_of_org(request.endpoint, request.url) or request.method == "OPTIONS":
        return True
    if is_for_the_vendor(request.url):
        return False
    credential = request.credential
    if request.endpoint == "sending.events":
        return credential.sends
    return credential.reads and request.org in {None, *credential.orgs}


def _wrong_sums(request: Request, response) -> Iterator[str]:
    """Yield sums that are no multiples of what all numbers of the org are multiples of."""
    credential, body = request.credential, response.get_json(silent=True)
    if len(credential.orgs) != 1 or not isinstance(body, dict) or not _is_answered(response):
        return
    (word,) = credential.orgs
    tables = [panel for panel in body.get("panels", ()) if panel.get("slug", "").startswith(_SUM)]
    if body.get("metric") == _SUM:
        tables.append(body)
    number = divisor(word, is_locked=credential.is_locked)
    for row in (row for table in tables for row in table.get("rows", ())):
        if (row.get("value") or 0) % number:
            yield f"has the sum {row['value']}"
