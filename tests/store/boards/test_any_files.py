"""Any files in any order: the same file again changes nothing, and no stored panel is lost."""

import re

from hypothesis import given
from hypothesis import strategies as st

from dashapp.domain.boards.assembling import assemble
from dashapp.domain.boards.changes.plan import Given, State, make_plan
from dashapp.domain.boards.changes.preparing import FilesRefused, NamedFile, prepare
from dashapp.domain.boards.exporting import board_file_text
from dashapp.store.boards.applying import built_in_sources
from dashapp.store.boards.built_in import built_in_files

METRICS = ("a", "b", "errors")
BOARDS = ("p", "q", "operations")
SHOWS = ("number", "line", "bars", "heatmap")


def old_names(names) -> st.SearchStrategy[str]:
    was = st.lists(st.sampled_from(names), max_size=1)
    return was.map(lambda listed: f"was = {listed}".replace("'", '"'))


def panel(metric: str, show: str, by: str, was: str) -> str:
    field = f', by = "{by}"' if by and show in {"line", "bars"} else ""
    return f'  {{ metric = "{metric}", show = "{show}"{field}, {was} }},\n'


PANELS = st.builds(
    panel,
    st.sampled_from([*METRICS, "users"]),
    st.sampled_from(SHOWS),
    st.sampled_from(["", "type"]),
    old_names(["a", "a-line", "users"]),
)


@st.composite
def board_files(draw) -> str:
    text = "version = 1\n[metrics]\n"
    for name in draw(st.sets(st.sampled_from(METRICS), min_size=1)):
        text += f'{name} = {{ events = ["{draw(st.sampled_from(["x.y", "z.w"]))}"], {draw(old_names(METRICS))} }}\n'
    for name in draw(st.sets(st.sampled_from(BOARDS))):
        rows = "".join(draw(st.lists(PANELS, min_size=1, max_size=3)))
        text += (
            f'[boards.{name}]\ntitle = "T"\n{draw(old_names(BOARDS[:2]))}\npanels = [\n{rows}]\n'
        )
    return text


def applied(state: State, text: str):
    return prepare([NamedFile("x.toml", text)], state, built_in_files(), frozenset())


def definitions_of(prepared):
    return assemble([checked.file for checked in built_in_files()], prepared.applied, 1)


def panels_of(definitions) -> set[tuple[str, str]]:
    return {
        (name, panel.slug)
        for name, defined in definitions.boards.items()
        for panel in (*defined.board.panels, *defined.board.retired)
    }


@given(st.lists(board_files(), min_size=1, max_size=5))
def test_what_was_applied_stays_and_the_same_file_changes_nothing(files):
    state, known, boards = State({}, {}), set(), set()
    for text in files:
        try:
            prepared = applied(state, text)
        except FilesRefused:
            continue
        plan = make_plan(state, prepared.after, Given({}, frozenset()), built_in_sources(), {})
        assert bool(plan.lines) == (prepared.after.sources != state.sources)

        state, definitions = prepared.after, definitions_of(prepared)
        assert applied(state, text).after.sources == state.sources
        assert applied(state, board_file_text(state.sources)).after.sources == state.sources
        new_boards = set(re.findall(r"\[boards\.(\w+)\]", text)) - boards
        known = {key for key in known if key[0] not in new_boards} | panels_of(definitions)
        assert all(definitions.panel(*key) for key in known)
        boards = set(definitions.boards)
