"""Views requested by URLs; the board's script must read URLs in the same way."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.access.view import ignored_params, parse_search, view_of
from dashapp.domain.errors import BadInput
from dashapp.domain.time.presets import Choice
from dashapp.settings import resource
from tests.effort import scaled
from tests.javascript import run_module


def view(search):
    return view_of(parse_search(search))


def test_an_empty_query_is_the_default_view():
    assert view("") == view("?") == view_of({}) == (Choice(), None, (), "||||||", None)


def test_every_parameter_is_read():
    parsed = view("?time_range=7d&as_of=A&from=F&to=T&tz=Z&compare=previous&metric=orders"
                 "&filter=channel:web&filter=user:u%7C1")  # fmt: skip

    assert parsed.choice == Choice("7d", as_of="A", from_="F", to="T", tz="Z")
    assert parsed.is_compared
    assert parsed.chosen == (("channel", ("web",)), ("user", ("u|1",)))
    assert parsed.metric == "orders"
    assert parsed.name == "7d|A|F|T|Z|previous|orders|channel:web|user:u|1"


def test_the_first_value_of_a_parameter_and_all_filters_count():
    parsed = view(
        "time_range=7d&time_range=30d&compare=x&compare=previous&filter=user:a&filter=user:b"
    )

    assert parsed.choice == Choice("7d")
    assert not parsed.is_compared
    assert parsed.chosen == (("user", ("a", "b")),)


@pytest.mark.parametrize("value", ["", "Previous", "previous ", "1", "true", "off", "a/b", "/"])
def test_an_unknown_comparison_is_not_drawn(value):
    assert not view_of({"compare": [value]}).is_compared


@pytest.mark.parametrize(
    "value", ["previous", "weekdays", "year", "2026-11-01T00:00:00Z/2026-11-02T00:00:00+01:00"]
)
def test_a_comparison_is_a_word_or_a_range(value):
    assert view_of({"compare": [value]}).comparison == value


def test_ignored_parameters_are_reported():
    params = parse_search("time_range=fortnight&compare=decade&tme_range=7d&refresh=1h&panel=x")

    assert [text for _sentence, text in ignored_params(params)] == [
        "fortnight", "decade", "1h", "tme_range",
    ]  # fmt: skip
    assert ignored_params(parse_search("time_range=last-month&compare=off&refresh=off&org=a")) == []


def test_unknown_and_blank_parameters_change_nothing():
    expected = view("time_range=7d")

    for extra in ("&panel=x", "&org=rival", "&Filter=user:a", "&filter", "&filter=", "&compare="):
        assert view("time_range=7d" + extra) == expected


def test_a_url_with_too_many_parameters_is_rejected():
    assert view("&".join(["x=1"] * 50)) == view("")
    with pytest.raises(BadInput, match="too many parameters"):
        view("&".join(["x=1"] * 51))


def test_an_invalid_filter_is_rejected():
    with pytest.raises(BadInput, match="Invalid filter"):
        view("?filter=nonsense")


# -- The same in assets/board/view/address.js -----------------------------------------------------


def names_in_javascript(searches):
    """Return the view names that the board's script builds."""
    source = (resource("assets") / "board" / "view" / "address.js").read_text()
    return run_module(f"{source}\nconst main = (searches) => searches.map(viewName);", searches)


def names_in_python(searches):
    return [view(search).name for search in searches]


SEARCHES = [
    "", "?", "?time_range=7d", "??time_range=7d", "?time_range=7d&time_range=30d",
    "?time_range=&time_range=7d", "?compare=&compare=previous", "?from=a+b&to=a%2Bb&tz=a%20b",
    "?tz=Europe%2FBerlin&as_of=2026-11-20T09:30:00+01:00", "?filter", "?filter=", "?filter=&filter=user:a",
    "?filter=user:a&filter=user:a", "?filter=user:%E6%BC%A2%F0%9F%8D%9A", "?filter=user:a%7Cb",
    "?filter=user:%ED%A0%80", "?filter=user:%FF%FE", "?filter=user:%F0%9F%92", "?filter=user:%zz%",
    "?filter=user:a;filter=user:b", "?&&time_range=7d&", "?filter=user:a=b", "?=x", "?time_range",
    "?%66ilter=user:x", "?filter=user:%EF%BB%BFx", "?filter=user:%20x%20", "?filter=user:%0A%09",
    "?filter=properties.term:%E2%80%9Crice%22", "?filter=user:漢", "?time_range=7d#x",
]  # fmt: skip


@pytest.mark.parametrize("search", SEARCHES)
def test_board_js_gives_a_view_the_same_name(search):
    assert names_in_javascript([search]) == names_in_python([search])


_NAMES = st.sampled_from(["time_range", "as_of", "from", "to", "tz", "compare", "panel"])
_TEXTS = st.lists(
    st.sampled_from([*"ab1:|=+%;&", "%20", "%C3%A9", "%26", "%25", "%7C", "%00", "%F0%9F%8D%9A"]),
    max_size=8,
).map("".join)
_FILTERS = _TEXTS.map(lambda bit: "user:" + bit.replace("%", "%25").replace("&", "%26"))
_PARTS = st.one_of(
    st.tuples(_NAMES, _TEXTS).map("=".join),
    _FILTERS.map("filter={}".format),
    st.tuples(_NAMES, _TEXTS.map(lambda bit: bit.replace("=", ""))).map("".join),
)


@settings(max_examples=scaled(10))
@given(
    st.lists(st.lists(_PARTS, max_size=8).map("&".join).map("?{}".format), min_size=30, max_size=60)
)
def test_board_js_gives_any_view_the_same_name(searches):
    assert names_in_javascript(searches) == names_in_python(searches)
