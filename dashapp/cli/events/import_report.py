"""What an import prints: what was refused and why, what is worth knowing, and the counts."""

import json
from collections import defaultdict

import click

from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import from_us, to_text
from dashapp.store.imports.dry_run import Rehearsal
from dashapp.store.imports.file_events import Fault, Report

_SHOWN = 20
_SHOWN_OF_A_KIND = 3


def print_report(report: Report, import_id: str) -> None:
    """Refused lines and notes on standard error, counts on standard output.

    Raises BadInput where nothing of the file is stored.
    """
    counts = report.counts
    if not report.stored:
        raise BadInput(f"Nothing was stored: {_said_of_all(report)}")
    _print_faults(report)
    _print_notes(report)
    click.echo(
        f"{counts.added:,} events added, "
        + (f"{counts.replaced:,} replaced, " if counts.replaced else "")
        + f"{counts.already:,} were there already, "
        + (f"{counts.removed_before:,} were removed before, " if counts.removed_before else "")
        + f"{counts.refused:,} lines refused."
    )
    if counts.added + counts.replaced:
        click.echo(f"This is import {import_id}. To take it back: dashapp import undo {import_id}")


def print_events(found: Rehearsal) -> None:
    """The first events as they would be stored, one a line. Raises BadInput where there is none."""
    report = found.report
    if not found.events:
        raise BadInput(f"Nothing would be stored: {_said_of_all(report)}")
    for line, org, event in found.first:
        click.echo(_as_json(event, line, org))
    _print_faults(report)
    _print_notes(report)
    refused = report.counts.refused
    click.echo(f"{found.events:,} events, {refused:,} lines refused. Nothing was stored.")


def _as_json(event: Event, line: int, org: str) -> str:
    said = event._asdict() | {
        "occurred_at": to_text(from_us(event.occurred_at)),
        "properties": json.loads(event.properties),
    }
    where = {"line": line, **({"org": org} if org else {})}
    return json.dumps(where | said, ensure_ascii=False)


def _said_of_all(report: Report) -> str:
    """Why every line was refused, in one line where there is one reason."""
    refused = report.counts.refused
    first = min(report.faults, key=lambda fault: fault.line)
    if len(report.codes) > 1:
        _print_faults(report)
        return f"all {refused:,} lines were refused."
    many = f"all {refused:,} lines were refused. " if refused > 1 else ""
    return f"{many}Line {first.line}: {first.message}"


def _print_faults(report: Report) -> None:
    """The first of each kind, so that one kind does not hide the others."""
    kinds: dict[str, list[Fault]] = defaultdict(list)
    for fault in sorted(report.faults, key=lambda fault: fault.line):
        kinds[fault.code].append(fault)
    most = _SHOWN if len(kinds) == 1 and not _is_repeated(report) else _SHOWN_OF_A_KIND
    for code, faults in kinds.items():
        for fault in faults[:most]:
            click.echo(f"Line {fault.line}: {fault.message}", err=True)
        more = report.codes[code] - min(most, len(faults))
        if more:
            click.echo(f"… and {more:,} more lines like that.", err=True)


def _is_repeated(report: Report) -> bool:
    """Whether lines are refused with the very same words."""
    return len({fault.message for fault in report.faults}) < len(report.faults)


def _print_notes(report: Report) -> None:
    for sentence in report.notes.sentences():
        click.echo(f"Note: {sentence}", err=True)
