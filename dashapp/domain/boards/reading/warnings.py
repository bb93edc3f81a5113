"""Warnings about a valid file: what is allowed, but probably not meant."""

from collections.abc import Iterator, Mapping

from dashapp.domain.boards.assembling import texts_of
from dashapp.domain.boards.definitions import BoardFile, Measured, Metric, Texts
from dashapp.domain.boards.names import OWN_CURRENCY, is_currency
from dashapp.domain.boards.reading.faults import Faults

_ENGLISH = "en"
_MAX_LISTED = 5
_CURRENCY = "currency"


def add_warnings(file: BoardFile, faults: Faults) -> None:
    """Add warnings about amounts in several currencies, and about translations."""
    for metric in file.metrics.values():
        if _adds_up_currencies(metric):
            faults.warn(
                ("metrics", metric.name),
                f"If your events have amounts in other currencies than {metric.unit}, count only "
                f'those in it: where = {{ "properties.currency" = ["{metric.unit}"] }}.',
            )
    shown = {texts[_ENGLISH]: texts for texts in texts_of(file)}
    for tag, table in file.translations.items():
        _check_translations(tag, table, shown, faults)


def _adds_up_currencies(metric: Metric) -> bool:
    kind = metric.kind
    if not isinstance(kind, Measured) or kind.of is None or metric.unit == OWN_CURRENCY:
        return False
    return is_currency(metric.unit) and not any(_CURRENCY in c.field for c in kind.where)


def _check_translations(tag: str, table: Texts, shown: Mapping[str, Texts], faults: Faults) -> None:
    """Add warnings about texts that are not shown, and about shown texts without a translation."""
    for text in table:
        if text not in shown:
            faults.warn(("texts", tag, text), "The file does not have this text.")
    missing = [*_missing(tag, table, shown)]
    if missing:
        listed = ", ".join(f'"{text}"' for text in missing[:_MAX_LISTED])
        more = f" and {len(missing) - _MAX_LISTED} more" if len(missing) > _MAX_LISTED else ""
        faults.warn(("texts", tag), f"Not translated: {listed}{more}.")


def _missing(tag: str, table: Texts, shown: Mapping[str, Texts]) -> Iterator[str]:
    for text, texts in shown.items():
        if text not in table and tag not in texts:
            yield text
