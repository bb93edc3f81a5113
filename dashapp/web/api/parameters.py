"""Parameters of the API: what is misspelled is refused, since ignoring it gives wrong numbers."""

from collections.abc import Sequence

from dashapp.domain.access.view import NAMES, Asked, first
from dashapp.domain.errors import BadInput, shown
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
                "There is no parameter “%(name)s” here. Use %(names)s.",
                name=shown(name),
                names=", ".join(known) or "none",
            )
        if len(asked[name]) > 1 and name != "filter":
            raise BadInput("The parameter “%(name)s” is there twice. Keep one.", name=shown(name))
    word = first(asked, "time_range")
    if word and word not in known_presets():
        raise BadInput(
            "“%(word)s” is not a time range. Use %(words)s, or “from” and “to”.",
            word=shown(word),
            words=", ".join(known_presets()),
        )
    comparison = first(asked, "compare")
    if comparison and not is_comparison(comparison):
        raise BadInput(
            "“%(word)s” is not a comparison. Use %(words)s or FROM/TO, two times.",
            word=shown(comparison),
            words=", ".join(COMPARISONS),
        )
