"""A tab of a test shows nothing of an earlier test, though its profile is that of one."""

import pytest

pytestmark = pytest.mark.browser
PERMISSION = "navigator.permissions.query({name: 'clipboard-read'}).then(({state}) => state)"


@pytest.fixture
def url(site):
    return f"{site.serve()}/livez"


def test_a_profile_is_emptied(tabs, open_tab, url):
    page = open_tab(locale="fr-FR")
    page.goto(url)
    page.evaluate(
        "localStorage.setItem('a', '1'); sessionStorage.setItem('a', '1'); document.cookie = 'a=1'"
    )
    page.context.grant_permissions(["clipboard-read"])
    page.context.route("**/*", lambda route: route.abort())
    page.context.set_offline(offline=True)
    page.emulate_media(color_scheme="dark")
    page.add_init_script("window.left = 1")

    tabs.empty_profiles()

    later = open_tab(locale="fr-FR")
    assert later.context is page.context
    later.goto(url)
    assert later.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    assert later.evaluate(PERMISSION) != "granted"
    assert later.evaluate("[matchMedia('(prefers-color-scheme: dark)').matches, window.left]") == [
        False,
        None,
    ]
    assert later.console_errors == []


@pytest.mark.parametrize(
    "end",
    [lambda page: page.clock.install(), lambda page: page.context.close()],
    ids=["clock", "closed"],
)
def test_a_profile_that_cannot_be_emptied_ends(tabs, open_tab, url, end):
    page = open_tab(locale="it-IT")
    page.goto(url)
    end(page)

    tabs.empty_profiles()

    assert open_tab(locale="it-IT").context is not page.context


def test_two_tabs_of_a_test_share_nothing(open_tab, url):
    first, second = open_tab(), open_tab()
    first.goto(url)
    first.evaluate("document.cookie = 'a=1'")
    second.goto(url)

    assert second.evaluate("document.cookie") == ""
