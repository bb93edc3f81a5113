"""Ask a provider for a document: bounded in time and size, without redirects, in turn."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from dashapp.domain.deadline import Deadline
from dashapp.domain.language import _
from dashapp.domain.sign_on.providers import is_safe_url
from dashapp.web.access.sign_on.connections import CheckedAdapter, NotAllowed
from dashapp.web.access.sign_on.turns import Turns

MAX_SECONDS, MAX_BYTES = 5.0, 256 * 1024
_WAIT_SECONDS = 2.0
_turns = Turns(3)  # of the 8 threads of a worker


class NoAnswer(Exception):
    """A provider did not answer as it must. `problem` says why, for the person who set it up."""

    def __init__(self, problem: str, /, **values: object) -> None:
        super().__init__(problem % values if values else problem)
        self.problem, self.values = problem, values


class Answer(NamedTuple):
    """The status and the JSON object of an answer, and its text."""

    status: int
    fields: Mapping[str, Any]
    text: str


class Question(NamedTuple):
    """What to ask. With a `form`, it is posted; `auth` is the client's id and secret."""

    url: str
    form: Mapping[str, str] | None = None
    auth: tuple[str, str] | None = None


def fetch(question: Question, *, allows_private: bool) -> Answer:
    """Ask and return the answer. Never call this inside of a transaction.

    Raises NoAnswer, or Unavailable if this worker waits for it, or for too many others.
    """
    if not is_safe_url(question.url, allows_private=allows_private):
        raise NoAnswer(_("“%(url)s” is not an https address."), url=question.url[:200])
    with _turns.turn(urlsplit(question.url).netloc.lower(), _WAIT_SECONDS):
        return _fetch(question, allows_private=allows_private)


def _fetch(question: Question, *, allows_private: bool) -> Answer:
    deadline = Deadline(MAX_SECONDS)
    with deadline.running(), requests.Session() as session:
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, CheckedAdapter(deadline, allows_private=allows_private))
        try:
            with session.request(
                "GET" if question.form is None else "POST",
                question.url,
                data=question.form,
                auth=question.auth,
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
                timeout=MAX_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _body(response)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise _no_answer(error, deadline) from None
    return _answer(response, body, deadline)


def _body(response: requests.Response) -> bytes:
    """Read the body as it was sent: what is compressed is refused, because it could be huge."""
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise ValueError("the answer is compressed")
    body: bytes = response.raw.read(MAX_BYTES + 1, decode_content=False)
    return body


def _answer(response: requests.Response, body: bytes, deadline: Deadline) -> Answer:
    if deadline.is_over:
        raise _too_slow()
    if response.is_redirect or 300 <= response.status_code < 400:  # noqa: PLR2004
        raise NoAnswer(_("It redirects to another address, which is not followed."))
    if len(body) > MAX_BYTES:
        raise NoAnswer(_("Its answer is larger than %(most)s KB."), most=MAX_BYTES // 1024)
    try:
        text = body.decode()
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise NoAnswer(_no_json(response.status_code), status=response.status_code) from None
    if not isinstance(fields, dict):
        raise NoAnswer(_no_json(response.status_code), status=response.status_code)
    return Answer(response.status_code, fields, text)


def _no_json(status: int) -> str:
    if status == 404:  # noqa: PLR2004
        return _("It has no such page (status %(status)s). Check the issuer.")
    return _("Its answer is not a JSON object (status %(status)s).")


def _no_answer(error: Exception, deadline: Deadline) -> NoAnswer:
    if deadline.is_over:
        return _too_slow()
    reasons = [error, *_causes(error)]
    if any(isinstance(each, NotAllowed) for each in reasons):
        return NoAnswer(
            _(
                "Its address is in a private network, which this server does not connect to. The "
                "operator can allow it with DASHAPP_PRIVATE_PROVIDERS=on."
            )
        )
    if isinstance(error, requests.exceptions.SSLError):
        return NoAnswer(_("Its TLS certificate is not valid."))
    if isinstance(error, requests.Timeout):
        return _too_slow()
    return NoAnswer(_("It could not be reached."))


def _causes(error: BaseException) -> list[BaseException]:
    """Return the errors inside of an error of requests, which wraps them in several layers."""
    inner = [each for each in (*error.args, getattr(error, "reason", None), error.__context__)
             if isinstance(each, BaseException)]  # fmt: skip
    return [*inner, *(cause for each in inner for cause in _causes(each))]


def _too_slow() -> NoAnswer:
    return NoAnswer(_("It did not answer within %(seconds)s seconds."), seconds=int(MAX_SECONDS))
