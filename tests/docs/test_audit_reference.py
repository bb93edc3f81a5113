"""docs/reference/audit.md explains every action of the audit, and no other."""

import re

from dashapp.domain.access.actors import Action
from tests.docs.pages import ROOT


def test_the_reference_explains_every_action():
    text = (ROOT / "docs" / "reference" / "audit.md").read_text()
    table = text.partition("## Actions")[2]

    assert re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE) == [a.value for a in Action]
