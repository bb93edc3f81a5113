"""The plan of a change: what is added, changed, renamed and kept, and what it reaches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dashapp.domain.boards.changes.merging import current_names, renames, with_current_names
from dashapp.domain.boards.changes.panel_changes import board_section
from dashapp.domain.boards.changes.wording import (
    Line,
    added,
    changed,
    kept,
    renamed,
    value_changes,
    value_text,
)
from dashapp.domain.boards.sources import Body, Key, Kind, Sources

_TITLES = {Kind.FIELD: "Fields", Kind.METRIC: "Metrics"}
_USERS = "panels, tokens and addresses"


class Section(NamedTuple):
    title: str
    lines: Sequence[Line]


class Plan(NamedTuple):
    """Sections of lines: each has at least one."""

    sections: Sequence[Section]

    @property
    def lines(self) -> list[str]:
        """Return the plan as people read it."""
        return [
            text
            for title, lines in self.sections
            for text in (title, *(f"  {line.sign} {line.text}" for line in lines))
        ]

    @property
    def totals(self) -> str:
        """Return `1 added, 2 changed`. What a metric and its panel share a name of counts once."""
        words = {"+": "added", "~": "changed", "→": "renamed"}
        names = {(line.sign, line.name) for section in self.sections for line in section.lines}
        counts = [
            (sum(1 for other, _name in names if other == sign), word)
            for sign, word in words.items()
        ]
        return ", ".join(f"{count} {word}" for count, word in counts if count)


class Given(NamedTuple):
    """What files have, and their names."""

    sources: Sources
    files: frozenset[str]


class State(NamedTuple):
    """Definitions before or after, and the file that last changed each."""

    sources: Sources
    files: Mapping[Key, str]


def make_plan(
    before: State,
    after: State,
    given: Given,
    built_in: Sources,
    reach: Mapping[str, int],
) -> Plan:
    """Return what changes between two states.

    `reach` is how many dashboards each board has, by name.
    """
    new_names = renames(before.sources, after.sources)
    sections = [
        Section(title, [*_changes(kind, before, after, new_names), *_kept(kind, before, given)])
        for kind, title in _TITLES.items()
    ]
    sections += [
        Section(
            f"Board {key.name}", board_section(key, before.sources, after.sources, built_in, reach)
        )
        for key in after.sources
        if key.kind is Kind.BOARD
    ]
    kept_boards = Section("Boards", list(_kept(Kind.BOARD, before, given)))
    texts = Section("Translations", list(_text_changes(before, after)))
    settings = Section("New orgs", list(_setting_changes(before, after)))
    sections += [kept_boards, texts, settings]
    signs = {line.sign for section in sections for line in section.lines}
    if before.sources != after.sources and signs <= {"·"}:
        sections.append(Section("Boards", [changed("boards", ": current names of metrics")]))
    return Plan([section for section in sections if section.lines])


def _changes(
    kind: Kind, before: State, after: State, new_names: Mapping[Key, Key]
) -> Iterator[Line]:
    old_keys = {new: old for old, new in new_names.items()}
    names = current_names(after.sources)
    for key, body in after.sources.items():
        if key.kind is not kind:
            continue
        old = old_keys.get(key, key)
        if old not in before.sources:
            yield added(key.name)
            continue
        if old != key:
            yield renamed(old.name, key.name, _USERS)
        note = _other_file(before.files[old], after.files[key])
        bodies = (_without_name(before.sources[old]), _without_name(body, old.name))
        earlier, later = (with_current_names(body, names) for body in bodies)
        yield from value_changes(kind, key.name, earlier, later, note)


def _without_name(body: Body, name: str | None = None) -> Body:
    """Return a body without an old name that is already in the plan as renamed."""
    names = [other for other in body.get("was", ()) if other != name]
    rest = {key: value for key, value in body.items() if key != "was"}
    return {**rest, "was": names} if names else rest


def _other_file(before: str, after: str) -> str:
    return "" if before == after else f"defined in {before} until now"


def _kept(kind: Kind, before: State, given: Given) -> Iterator[Line]:
    """Yield what the same files once had and no longer have."""
    renamed_now = {old for key, body in given.sources.items() for old in _old_keys(key, body)}
    for key in before.sources:
        is_gone = key.kind is kind and key not in given.sources and key not in renamed_now
        if is_gone and before.files[key] in given.files:
            yield kept(key.name, f'is not in this file: kept ("dashapp boards remove {key.name}")')


def _old_keys(key: Key, body: Body) -> list[Key]:
    names = body.get("was", ()) if key.kind in {Kind.METRIC, Kind.BOARD} else ()
    return [Key(key.kind, name) for name in names]


def _text_changes(before: State, after: State) -> Iterator[Line]:
    for key, texts in after.sources.items():
        if key.kind is not Kind.TEXTS:
            continue
        old = before.sources.get(key, {})
        new = [text for text in texts if text not in old]
        other = [text for text in texts if text in old and old[text] != texts[text]]
        if new:
            yield Line("+", key.name, f"{key.name}: {value_text(new)}")
        if other:
            yield Line("~", key.name, f"{key.name}: {value_text(other)}")


def _setting_changes(before: State, after: State) -> Iterator[Line]:
    for key, body in after.sources.items():
        if key.kind is Kind.SETTING and before.sources.get(key) != body:
            old = value_text(before.sources.get(key) or ["operations"])
            yield changed(key.name, f": {old} → {value_text(body)}")
