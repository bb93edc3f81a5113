"""Which properties look like personal data? Their values are never shown as examples."""

import re

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# As a part of any word: "customerEmail", "firstname".
_FRAGMENTS = re.compile(
    r"mail|name|phone|mobile|passw|passphrase|passport|secret|token|address|street|iban|card|birth"
    r"|user|login|session|cookie|license|licence|account|signature|credential|gender|salary",
    re.IGNORECASE,
)
# As a whole word: "ip" in "client_ip", not in "shipping".
_WORDS = frozenset(
    {
        *("ip", "tel", "fax", "pin", "pwd", "otp", "key", "ssn", "dob", "age", "sex", "zip"),
        *("addr", "postcode", "postal", "bic", "vat", "cvv", "cvc", "lat", "lon", "lng", "gps"),
        *("geo", "location", "imei", "mac", "auth", "jwt", "hash", "note", "notes", "comment"),
        *("comments", "message", "body", "text", "ua", "url", "uri", "referrer", "person"),
    }
)


def looks_personal(path: str) -> bool:
    """Return whether the values of a property may be about a person, or a secret.

    >>> [looks_personal(path) for path in ("client_ip", "userEmail", "dish", "wait.seconds")]
    [True, True, False, False]
    """
    if _FRAGMENTS.search(path):
        return True
    return any(part.lower() in _WORDS for part in _PARTS.findall(path))
