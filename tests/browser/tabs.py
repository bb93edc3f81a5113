"""Tabs in browser profiles that earlier tests used: these have the scripts of the board in their caches."""

import json
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Error, Page

_DESKTOP = {"width": 1280, "height": 900}
_HAS_CLOCK = "!Function.prototype.toString.call(Date).includes('[native code]')"


@dataclass(frozen=True)
class _Profile:
    """A profile, and a tab that stays open: new tabs use its process, and the scripts that this has compiled."""

    options: str
    context: BrowserContext
    idle_tab: Page


class Tabs:
    """Opens each tab in a profile of its own, and empties the profiles after each test."""

    def __init__(self, browser: Browser, url: str) -> None:
        """`url` is a page of the site that is tested."""
        self._browser, self._url = browser, url
        self._emptied: list[_Profile] = []
        self._used: list[_Profile] = []

    def open(self, **options) -> Page:
        """Return a new tab in a profile with these options."""
        profile = self._profile(json.dumps(options, sort_keys=True))
        self._used.append(profile)
        page = profile.context.new_page()
        collect_errors(page)
        return page

    def _profile(self, options: str) -> _Profile:
        for profile in self._emptied:
            if profile.options == options:
                self._emptied.remove(profile)
                return profile
        context = self._browser.new_context(**{"viewport": _DESKTOP, **json.loads(options)})
        idle_tab = context.new_page()
        idle_tab.goto(self._url)
        return _Profile(options, context, idle_tab)

    def empty_profiles(self) -> None:
        """End the work of a test."""
        self._emptied += [profile for profile in self._used if _is_emptied(profile)]
        self._used.clear()

    def close(self) -> None:
        for profile in self._emptied:
            profile.context.close()


def collect_errors(page: Page) -> None:
    """Let `page.console_errors` collect what the console of this page reports."""
    page.console_errors = []
    page.on(
        "console",
        lambda message: message.type == "error" and page.console_errors.append(message.text),
    )
    page.on("pageerror", lambda error: page.console_errors.append(str(error)))


def _is_emptied(profile: _Profile) -> bool:
    """Undo what a test did in a profile. If that is impossible, close the profile and return False."""
    context = profile.context
    tabs = [page for page in context.pages if page is not profile.idle_tab]
    try:
        if any(page.evaluate(_HAS_CLOCK) for page in tabs):
            context.close()
            return False
        for page in tabs:
            page.close()
        context.unroute_all(behavior="ignoreErrors")
        context.clear_permissions()
        context.set_offline(offline=False)
        context.clear_cookies()
        profile.idle_tab.evaluate("localStorage.clear()")
    except Error:
        context.close()
        return False
    return True
