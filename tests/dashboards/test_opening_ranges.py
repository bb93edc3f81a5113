"""Every range can be the one that a dashboard or an org opens with."""

import pytest

from dashapp.domain.time.presets import known_presets
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.orgs import set_org

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("word", sorted(known_presets()))
def test_a_range_can_be_stored(store, acme, word):
    with store.write(acme) as session:
        dashboards.set_dashboard(session, acme, "operations", opens_with=word)
        saved = dashboards.find_dashboard(session, acme, "operations")
    with store.write_shared() as session:
        set_org(session, acme, opens_with=word)

    assert saved.opens_with == word
