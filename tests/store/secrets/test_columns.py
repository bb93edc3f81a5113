"""Every sealed column is in the list by which secrets are rotated."""

from sqlalchemy import insert

from dashapp.domain.secrets.keys import KeyKind
from dashapp.domain.secrets.sealing import Purpose, Secrets
from dashapp.store.orgs import keys
from dashapp.store.secrets.columns import SEALED_COLUMNS, SealedColumn, seal_again, sealed_values
from dashapp.store.tables import METADATA, authenticators
from dashapp.store.tables.metadata import IS_SEALED
from tests import factories

NEXT = Secrets("the-next-secret-of-it-abcdefghijklm", factories.SECRET)


def test_every_purpose_has_one_column():
    assert [of.purpose for of in SEALED_COLUMNS] == list(Purpose)


def test_every_column_called_sealed_is_listed():
    called_so = {
        column
        for table in METADATA.tables.values()
        for column in table.columns
        if IS_SEALED in column.info or column.name == "sealed"
    }

    assert called_so == {of.column for of in SEALED_COLUMNS}


def test_the_list_knows_the_context_of_embed_keys(store, acme):
    _key_id, secret = factories.add_key(store, acme, KeyKind.EMBED)

    with store.read_shared() as session:
        (value,) = sealed_values(session, NEXT, SEALED_COLUMNS[0], after=None, most=10)

    assert value.text == secret
    assert not value.is_current


def test_a_value_that_changes_meanwhile_is_left_alone(store, acme):
    key_id, secret = factories.add_key(store, acme, KeyKind.EMBED)
    of: SealedColumn = SEALED_COLUMNS[0]
    with store.write_shared() as session:
        (value,) = sealed_values(session, NEXT, of, after=None, most=10)
        assert seal_again(session, NEXT, of, value)
        assert not seal_again(session, NEXT, of, value)

    with store.read_shared() as session:
        key = keys.find_embed_key(session, key_id)
        assert keys.secret_of(key, Secrets(NEXT.current)).decode() == secret


def test_empty_and_missing_values_are_not_sealed(store, acme):
    factories.add_key(store, acme, KeyKind.READ)
    user = factories.add_user(store, "ada@acme.example")
    with store.write_shared() as session:
        session.execute(insert(authenticators).values(user_id=user, sealed="", created_at=1))

    with store.read_shared() as session:
        assert [sealed_values(session, NEXT, of, after=None, most=10) for of in SEALED_COLUMNS] == [
            [], [], [], []
        ]  # fmt: skip
