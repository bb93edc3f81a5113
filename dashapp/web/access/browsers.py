"""Names of browsers, from the header User-Agent, as people know them: for lists of sessions."""

import re

_BROWSERS = (
    ("Edge", re.compile(r"Edg(?:A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"OPR/(\d+)")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/(\d+)")),
    ("Firefox", re.compile(r"(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"(?:HeadlessChrome|Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"Version/(\d+)\S* (?:Mobile/\S+ )?Safari/")),
    ("curl", re.compile(r"curl/(\d+)")),
    ("Python", re.compile(r"(?:python-requests|Python-urllib|python-httpx)/(\d+)")),
)
_SYSTEMS = (
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows NT")),
    ("macOS", re.compile(r"Macintosh|Mac OS X")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("Linux", re.compile(r"Linux|X11")),
)
_MAX_LENGTH = 400  # of a header that is looked at


def browser_name(user_agent: str | None) -> str:
    """Return a name such as `Firefox 130 · Windows`, "" if it is unknown."""
    text = (user_agent or "")[:_MAX_LENGTH]
    browser = next(
        (f"{name} {match[1]}" for name, pattern in _BROWSERS if (match := pattern.search(text))), ""
    )
    system = next((name for name, pattern in _SYSTEMS if pattern.search(text)), "")
    return " · ".join(part for part in (browser, system) if part)
