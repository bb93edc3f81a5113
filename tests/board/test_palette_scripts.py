"""The scripts of the command palette: what is found by typed words, and in which order."""

from dashapp.settings import resource
from tests.javascript import run_module

COMMANDS = [
    {"group": "Dashboards", "label": "Conversations"},
    {"group": "Dashboards", "label": "Café, terraza"},
    {"group": "Panels", "label": "Top search terms"},
    {"group": "Panels", "label": "Events"},
    {"group": "Range", "label": "Last 7 days"},
    {"group": "Appearance", "label": "Theme: Light", "more": "bright"},
]


def found(query):
    path = (resource("assets") / "palette" / "ranking.js").as_uri()
    call = "m.ranked(given.commands, given.query).map(({ label }) => label)"
    source = f'import * as m from "{path}";\nconst main = (given) => {call};'
    return run_module(source, {"commands": COMMANDS, "query": query})


def test_nothing_typed_finds_everything_in_its_order():
    assert found("") == [command["label"] for command in COMMANDS]
    assert found("  ") == found("")


def test_case_accents_and_punctuation_do_not_matter():
    assert found("CAFE terraza") == ["Café, terraza"]
    assert found("convérsations") == ["Conversations"]


def test_all_words_must_occur_in_the_name_the_group_or_the_other_words():
    assert found("appearance light") == ["Theme: Light"]
    assert found("bright") == ["Theme: Light"]
    assert found("7 last") == ["Last 7 days"]
    assert found("light nothing") == []


def test_the_group_with_the_best_match_comes_first_and_stays_together():
    assert found("t") == [
        "Top search terms",
        "Events",
        "Theme: Light",
        "Café, terraza",
        "Conversations",
        "Last 7 days",
    ]
    assert found("se") == ["Top search terms"]
