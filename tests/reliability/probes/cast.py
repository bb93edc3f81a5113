"""Three orgs. Everything that they own contains a word that nothing else contains."""

import itertools
import random
from typing import NamedTuple

from click.testing import CliRunner
from sqlalchemy import select, update

from dashapp.cli import main
from dashapp.dashboards.provision import add_org, provision
from dashapp.dashboards.templates import template_named
from dashapp.domain.access.scope import Scope
from dashapp.store import tables
from dashapp.store.boards.loading import definitions_of
from dashapp.store.engine import Store
from dashapp.store.imports.import_log import list_imports
from dashapp.store.orgs import dashboards
from dashapp.store.orgs.keys import list_keys
from dashapp.store.people.users import list_members
from tests import boards, factories

WORDS = ("amber7q", "basil7q", "cedar7q")
INTRUDER = "intruder7q"  # what wrong credentials try to write
PARTS = ("open", "shut")  # of each org's events; some tokens are locked to the first
AT = "2026-11-20T09:00:00Z"
BOARD = """version = 1
new_orgs = ["operations", "conversations", "shop"]
[metrics]
orders = { events = ["order.paid"] }
buyers = { events = ["order.paid"], measure = "users" }
revenue = { events = ["order.paid"], measure = "sum", of = "properties.total" }
middle = { events = ["order.paid"], measure = "p50", of = "properties.total" }
dishes = { events = ["order.*"], measure = "unique", of = "properties.dish" }
basket = { ratio = ["revenue", "orders"], unit = "EUR" }
to_door = { steps = ["cart.created", "order.paid"], within = "1d" }
[boards.shop]
title = "Shop"
panels = [
  { metrics = ["orders", "buyers"], show = "line" },
  { metric = "revenue", show = "list", by = "properties.dish" },
  { metric = "revenue", show = "number" },
  { metric = "orders", show = "bars", by = "channel" },
  { metric = "orders", show = "heatmap" },
  { metric = "dishes", show = "number" },
  { metric = "basket", show = "number" },
  { metric = "to_door", show = "funnel" },
  { metric = "orders", show = "events", columns = ["user", "properties.dish", "properties.note"] },
]
"""
METRICS = ("orders", "buyers", "revenue", "middle", "dishes", "basket", "to_door")
TYPES = (
    ("validation_run.created", {}),
    ("validation_run.succeeded", {}),
    ("finding.recorded", {"severity": "ERROR"}),
    ("finding.recorded", {"severity": "WARNING"}),
    ("conversation.search_term", {}),
    ("conversation.product_added_to_cart", {}),
    ("workflow.updated", {}),
    ("cart.created", {}),
    ("order.paid", {}),
)
PROPERTIES = ("term", "product", "code", "validator", "dish", "note", "part")
_USERS = 3
_NUMBERS = dict(zip(WORDS, (101, 103, 107), strict=True))  # all sums are multiples
_OPEN = 11  # sums of the open part are multiples of this too


class Cast(NamedTuple):
    """The orgs, and the panels of each of their dashboards."""

    store: Store
    orgs: dict[str, Scope]
    dashboards: dict[str, dict[str, list[str]]]

    @property
    def panels(self) -> list[str]:
        """The slugs of all panels, of which no org's is different."""
        every = (panels for org in self.dashboards.values() for panels in org.values())
        return sorted(set(itertools.chain(*every)))


def divisor(word: str, *, is_locked: bool) -> int:
    """Return what divides every sum of an org's order totals, in whole units."""
    return _NUMBERS[word] * (_OPEN if is_locked else 1)


def make_cast(store: Store, folder) -> Cast:
    """Create the orgs with events, imports, projects, dashboards and titles of their own."""
    boards.apply(store, BOARD)
    cast = Cast(store, {}, {})
    for word in WORDS:
        owner = factories.scope(
            add_org(store, factories.scope, word, name=f"{word}-name", now=1), dashboard=None
        )
        cast.orgs[word] = owner
        factories.send(store, owner, _events(word))
        _import(store, word, folder)
        for board in ("shop", "operations"):
            template = template_named(definitions_of(store), board)
            provision(store, owner, template, now=1)
            provision(store, owner, template, f"{word}-open", now=1)
        cast.dashboards[word] = _name_everything(store, owner, word)
    return cast


def ids_of(cast: Cast) -> dict[str, list[str]]:
    """Return what paths can name of any org: its people, keys, and imports."""
    members, key_ids, imports, views = [], [], [], []
    view_id = tables.saved_views.c.id
    for owner in cast.orgs.values():
        with cast.store.read(owner) as session:
            members += list_members(session, owner)
            key_ids += [key.id for key in list_keys(session, owner)]
            imports += [row.id for row in list_imports(session, owner)]
            of_org = tables.saved_views.c.org_id == owner.org_id
            views += session.execute(select(view_id).where(of_org)).scalars()
    people = [str(number) for number in range(1, 2 + len(members))]
    emails = sorted({member.email for member in members})
    return {
        "user_id": people,
        "email": emails,
        "key": key_ids,
        "key_id": key_ids,
        "import_id": imports,
        "view_id": views,
        "user": [f"{word}-{part}-u1" for word in cast.orgs for part in PARTS],
        "board": ["shop", "operations"],
    }


def _events(word: str) -> list:
    rng = random.Random(word)
    return [
        factories.event(
            event_type,
            AT,
            id=f"{word}-{part}-{number}-{user}",
            user=f"{word}-{part}-u{user}",
            channel=f"{word}-{part}-channel",
            project=f"{word}-{part}",
            properties={
                **{name: f"{word}-{part}-{name}" for name in PROPERTIES},
                f"{word}-key": f"{word}-{part}-value",
                "total": rng.randrange(1, 9) * divisor(word, is_locked=part == "open"),
                **properties,
            },
        )
        for part in PARTS
        for number, (event_type, properties) in enumerate((*TYPES, (f"{word}.happened", {})))
        for user in range(_USERS)
    ]


def _import(store: Store, word: str, folder) -> None:
    file = folder / f"{word}-shut-file.csv"
    file.write_text(
        "id,type,occurred_at,user,note\n"
        f"{word}-shut-imported,page.viewed,{AT},{word}-shut-importer,{word}-shut-note\n"
    )
    environment = {"DASHAPP_DATABASE_URL": store.url.render_as_string(hide_password=False)}
    arguments = ["import", str(file), "--org", word, "--set", f"project={word}-shut"]
    outcome = CliRunner().invoke(main, arguments, env=environment)
    assert outcome.exit_code == 0, outcome.output


def _name_everything(store: Store, owner: Scope, word: str) -> dict[str, list[str]]:
    """Give the org's dashboards and panels titles of its own; return the panels."""
    with store.write(owner) as session:
        rows = dashboards.list_dashboards(session, owner)
        named = {}
        for row in rows:
            saved = dashboards.list_panels(session, owner, row.slug)
            titled = [panel._replace(title=f"{word}-title") for panel in saved]
            dashboards.put_panels(session, owner, row.slug, titled, now=1)
            named[row.slug] = [panel.widget for panel in saved]
        table = tables.dashboards
        session.execute(
            update(table)
            .where(table.c.org_id == owner.org_id)
            .values(title=f"{word}-board", description=f"{word}-description")
        )
    return named
