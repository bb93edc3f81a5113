"""What an address asks for, and that the board's script reads the same."""

import json
import os
import re
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashapp.domain.access.view import asked_by, ignored, view_of
from dashapp.domain.errors import BadInput
from dashapp.domain.time.presets import Choice
from dashapp.settings import resource


def view(search):
    return view_of(asked_by(search))


def test_an_empty_address_asks_for_nothing():
    assert view("") == view("?") == view_of({}) == (Choice(), None, (), "|||||")


def test_each_parameter_has_its_place():
    found = view("?time_range=7d&as_of=A&from=F&to=T&tz=Z&compare=previous"
                 "&filter=channel:web&filter=user:u%7C1")  # fmt: skip

    assert found.choice == Choice("7d", as_of="A", from_="F", to="T", tz="Z")
    assert found.is_compared
    assert found.chosen == (("channel", ("web",)), ("user", ("u|1",)))
    assert found.name == "7d|A|F|T|Z|previous|channel:web|user:u|1"


def test_the_first_of_each_counts_and_all_filters():
    found = view(
        "time_range=7d&time_range=30d&compare=x&compare=previous&filter=user:a&filter=user:b"
    )

    assert found.choice == Choice("7d")
    assert not found.is_compared
    assert found.chosen == (("user", ("a", "b")),)


@pytest.mark.parametrize("said", ["", "Previous", "previous ", "1", "true", "off", "a/b", "/"])
def test_other_words_draw_no_comparison(said):
    assert not view_of({"compare": [said]}).is_compared


@pytest.mark.parametrize(
    "said", ["previous", "weekdays", "year", "2026-11-01T00:00:00Z/2026-11-02T00:00:00+01:00"]
)
def test_words_and_ranges_are_compared_with(said):
    assert view_of({"compare": [said]}).comparison == said


def test_a_board_says_what_it_ignores():
    asked = asked_by("time_range=fortnight&compare=decade&tme_range=7d&refresh=1h&panel=x")

    assert [text for _sentence, text in ignored(asked)] == [
        "fortnight", "decade", "1h", "tme_range",
    ]  # fmt: skip
    assert ignored(asked_by("time_range=last-month&compare=off&refresh=off&org=a")) == []


def test_what_is_unknown_or_blank_changes_nothing():
    plain = view("time_range=7d")

    for more in ("&panel=x", "&org=rival", "&Filter=user:a", "&filter", "&filter=", "&compare="):
        assert view("time_range=7d" + more) == plain


def test_an_address_with_too_many_parameters_is_refused():
    assert view("&".join(["x=1"] * 50)) == view("")
    with pytest.raises(BadInput, match="too many parameters"):
        view("&".join(["x=1"] * 51))


def test_a_filter_that_is_none_is_refused():
    with pytest.raises(BadInput, match="not a filter"):
        view("?filter=nonsense")


# -- The same in the browser ----------------------------------------------------------------------

_RUN = """
const viewOf = %s;
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(asked.map(viewOf)));
"""


def names_in_the_browser(searches):
    """What `viewOf` of assets/board.js makes of them."""
    node = shutil.which("node")
    if node is None:
        assert not os.environ.get("CI"), "CI needs node"
        pytest.skip("node is not installed")
    script = (resource("assets") / "board.js").read_text()
    found = re.search(r"function viewOf\(search\) \{.*?\n  \}\n", script, re.DOTALL)
    assert found, "board.js has no viewOf"
    ran = subprocess.run([node, "-e", _RUN % found[0]], input=json.dumps(searches), check=True,
                         capture_output=True, text=True, encoding="utf-8")  # fmt: skip
    return json.loads(ran.stdout)


def names_here(searches):
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
def test_the_boards_script_calls_a_view_the_same(search):
    assert names_in_the_browser([search]) == names_here([search])


_NAMES = st.sampled_from(["time_range", "as_of", "from", "to", "tz", "compare", "panel"])
_BITS = st.lists(
    st.sampled_from([*"ab1:|=+%;&", "%20", "%C3%A9", "%26", "%25", "%7C", "%00", "%F0%9F%8D%9A"]),
    max_size=8,
).map("".join)
_FILTERS = _BITS.map(lambda bit: "user:" + bit.replace("%", "%25").replace("&", "%26"))
_PARTS = st.one_of(
    st.tuples(_NAMES, _BITS).map("=".join),
    _FILTERS.map("filter={}".format),
    st.tuples(_NAMES, _BITS.map(lambda bit: bit.replace("=", ""))).map("".join),
)


@settings(max_examples=10)
@given(
    st.lists(st.lists(_PARTS, max_size=8).map("&".join).map("?{}".format), min_size=30, max_size=60)
)
def test_the_boards_script_calls_any_view_the_same(searches):
    assert names_in_the_browser(searches) == names_here(searches)
