"""Parameters of the API: what is misspelled is refused, since ignoring it gives wrong numbers."""

from collections.abc import Sequence

from dashapp.domain.access.view import NAMES, Asked, first
from dashapp.domain.errors import BadInput, excerpt
from dashapp.domain.time.comparison import COMPARISONS, is_comparison
from dashapp.domain.time.presets import known_presets


def require_known(asked: Asked, more: Sequence[str] = (), names: Sequence[str] = NAMES) -> None:
    """Raises BadInput for a parameter, range or comparison that does not exist.

    The message names those that do. `more` are parameters in addition to `names`.
    """
    known = (*names, *more)
    for name in asked:
        if name not in known:
            raise BadInput(
                "Unknown parameter “%(name)s”. Use %(names)s.",
                name=excerpt(name),
                names=", ".join(known) or "none",
            )
        if len(asked[name]) > 1 and name != "filter":
            raise BadInput("Duplicate parameter “%(name)s”. Send it once.", name=excerpt(name))
    word = first(asked, "time_range")
    if word and word not in known_presets():
        raise BadInput(
            "Unknown time range “%(word)s”. Use %(words)s, or “from” and “to”.",
            word=excerpt(word),
            words=", ".join(known_presets()),
        )
    comparison = first(asked, "compare")
    if comparison and not is_comparison(comparison):
        raise BadInput(
            "Unknown comparison “%(word)s”. Use %(words)s, or two times as FROM/TO.",
            word=excerpt(comparison),
            words=", ".join(COMPARISONS),
        )
