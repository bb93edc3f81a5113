"""The API's parameters. A misspelled one is refused: ignoring it would give wrong numbers."""

from collections.abc import Sequence

from dashapp.domain.access.view import NAMES, Params, first
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.time.comparison import COMPARISONS, is_comparison
from dashapp.domain.time.presets import known_presets


def require_known(params: Params, more: Sequence[str] = (), names: Sequence[str] = NAMES) -> None:
    """Raise BadInput for an unknown parameter, range or comparison, and lists the known ones.

    `more` are parameters that are allowed in addition to `names`.
    """
    allowed = (*names, *more)
    for name in params:
        if name not in allowed:
            raise BadInput(
                "Unknown parameter “%(name)s”. Use %(names)s.",
                name=excerpt(name),
                names=", ".join(allowed) or "none",
            )
        if len(params[name]) > 1 and name != "filter":
            raise BadInput("Duplicate parameter “%(name)s”. Send it once.", name=excerpt(name))
    preset = first(params, "time_range")
    if preset and preset not in known_presets():
        raise BadInput(
            "Unknown time range “%(word)s”. Use %(words)s, or “from” and “to”.",
            word=excerpt(preset),
            words=", ".join(known_presets()),
        )
    comparison = first(params, "compare")
    if comparison and not is_comparison(comparison):
        raise BadInput(
            "Unknown comparison “%(word)s”. Use %(words)s, or two times as FROM/TO.",
            word=excerpt(comparison),
            words=", ".join(COMPARISONS),
        )
