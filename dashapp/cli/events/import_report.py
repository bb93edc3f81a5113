"""The printed report of an import: refused lines, notes and counts."""

import json
from collections import defaultdict

import click

from dashapp.domain.errors import BadInput
from dashapp.domain.events.event import Event
from dashapp.domain.time.instant import from_us, to_text
from dashapp.store.imports.dry_run import ImportPreview
from dashapp.store.imports.file_events import Fault, Report

_SHOWN_OF_ONE_KIND = 20
_SHOWN_PER_KIND = 3


def print_report(report: Report, import_id: str) -> None:
    """Print refused lines and notes on standard error, counts on standard output.

    Raises BadInput if nothing was stored.
    """
    counts = report.counts
    if not report.stored:
        raise BadInput(f"Nothing was stored: {_refusal_summary(report)}")
    _print_faults(report)
    _print_notes(report)
    click.echo(
        f"{counts.added:,} events added, "
        + (f"{counts.replaced:,} replaced, " if counts.replaced else "")
        + f"{counts.already:,} already stored, "
        + (f"{counts.removed_before:,} previously removed, " if counts.removed_before else "")
        + f"{_lines(counts.refused)} rejected."
    )
    if counts.added + counts.replaced:
        click.echo(f"This is import {import_id}. To undo it: dashapp import undo {import_id}")


def print_events(preview: ImportPreview) -> None:
    """Print the first events as they would be stored, one per line. Raises BadInput if none are."""
    report = preview.report
    if not preview.events:
        raise BadInput(f"Nothing would be stored: {_refusal_summary(report)}")
    for line, org, event in preview.first:
        click.echo(_as_json(event, line, org))
    _print_faults(report)
    _print_notes(report)
    refused = report.counts.refused
    events = f"{preview.events:,} event" + ("" if preview.events == 1 else "s")
    click.echo(f"{events}, {_lines(refused)} rejected. Nothing was stored.")


def _as_json(event: Event, line: int, org: str) -> str:
    fields = event._asdict() | {
        "occurred_at": to_text(from_us(event.occurred_at)),
        "properties": json.loads(event.properties),
    }
    location = {"line": line, **({"org": org} if org else {})}
    return json.dumps(location | fields, ensure_ascii=False)


def _lines(count: int) -> str:
    return f"{count:,} line" + ("" if count == 1 else "s")


def _refusal_summary(report: Report) -> str:
    """Return why all lines were refused; if the reasons differ, print them first."""
    refused = report.counts.refused
    first = min(report.faults, key=lambda fault: fault.line)
    if len(report.codes) > 1:
        _print_faults(report)
        return f"all {refused:,} lines were rejected."
    prefix = f"all {refused:,} lines were rejected. " if refused > 1 else ""
    return f"{prefix}Line {first.line}: {first.message}"


def _print_faults(report: Report) -> None:
    """Print the first refusals of each kind, so that a frequent kind does not hide the others."""
    kinds: dict[str, list[Fault]] = defaultdict(list)
    for fault in sorted(report.faults, key=lambda fault: fault.line):
        kinds[fault.code].append(fault)
    limit = (
        _SHOWN_OF_ONE_KIND
        if len(kinds) == 1 and not _has_repeated_messages(report)
        else _SHOWN_PER_KIND
    )
    for code, faults in kinds.items():
        for fault in faults[:limit]:
            click.echo(f"Line {fault.line}: {fault.message}", err=True)
        more = report.codes[code] - min(limit, len(faults))
        if more:
            click.echo(f"… and {more:,} more with the same kind of error.", err=True)


def _has_repeated_messages(report: Report) -> bool:
    """Return whether some lines were refused with the same message."""
    return len({fault.message for fault in report.faults}) < len(report.faults)


def _print_notes(report: Report) -> None:
    for sentence in report.notes.sentences():
        click.echo(f"Note: {sentence}", err=True)
