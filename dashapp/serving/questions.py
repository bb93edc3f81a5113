"""Which requests are the same question, so that it is asked once for all of them."""

from dashapp.serving.calls import Request

_QUESTIONS = "/api/v1/dashboards"
Question = tuple[str, str, tuple[tuple[str, str], ...]]


def question_of(request: Request, path: str) -> Question | None:
    """Return what two requests must have in common to share an answer; None if they never do.

    All headers are part of it: the same credential, cookies, languages and encodings. The path is
    below the public address.
    """
    headers = tuple(request.headers.items())
    has_body = any(name in {"content-length", "transfer-encoding"} for name, _value in headers)
    if request.method != "GET" or has_body or not path.startswith(_QUESTIONS):
        return None
    return request.path, request.query_string, headers
