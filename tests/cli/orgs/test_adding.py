"""`dashapp org add --from`: many orgs at once, all or none of an invalid file."""

import pytest

from dashapp.store.orgs.orgs import list_orgs

FILE = "slug,name,timezone,locale,currency\nacme,Acme Inc.,Europe/Berlin,es,EUR\nrival,,,,\n"
pytestmark = pytest.mark.both_databases


def orgs(store):
    with store.read_shared() as session:
        return [tuple(org)[1:6] for org in list_orgs(session)]


def test_the_orgs_of_a_file_are_added(run, store):
    added = run("org", "add", "--from", "-", "--timezone", "America/Lima", stdin=FILE)

    assert added.stdout == "Added 2 orgs.\n"
    assert orgs(store) == [
        ("acme", "Acme Inc.", "Europe/Berlin", "es", "EUR"),
        ("rival", "rival", "America/Lima", "en", None),
    ]
    for slug in ("acme", "rival"):
        assert "operations  default" in run("dashboard", "list", "--org", slug).stdout


def test_orgs_that_exist_are_left_as_they_are(run, store):
    run("org", "add", "rival", "--name", "Rival")
    before = orgs(store)

    again = run("org", "add", "--from", "-", stdin=FILE)

    assert again.stdout == "Added 1 org. 1 existed already.\n"
    assert orgs(store)[1:] == before


def test_a_file_can_be_on_the_disk_and_name_boards(run, store, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text('\ufeffSlug;Name\r\nacme;"A; B"\r\n\r\nrival;Rival\r\n', newline="")

    run("org", "add", "--from", str(path), "--board", "findings", "--template", "conversations")

    assert [org[:2] for org in orgs(store)] == [("acme", "A; B"), ("rival", "Rival")]
    dashboards = run("dashboard", "list", "--org", "rival").stdout
    assert ("findings" in dashboards, "conversations" in dashboards) == (True, True)
    assert "operations" not in dashboards


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("", "must be a header"),
        ("name\nAcme\n", "must be a header"),
        ("slug,nom\nacme,Acme\n", "must be a header"),
        ("slug,slug\nacme,acme\n", "must be a header"),
        ("slug\n", "has no orgs"),
        ("slug\nacme\nA b\n", "Line 3: Invalid slug"),
        ("slug\nacme\nA b\n-\n", "Invalid lines: 2."),
        ("slug,timezone\nacme,Mars/Olympus\n", "Line 2: "),
        ("slug,locale\nacme,xx\n", "Line 2: Unknown locale"),
        ("slug,currency\nacme,euro\n", "Line 2: Unknown currency"),
        ("slug\nacme\nrival\nacme\n", "Line 4: Org acme is on line 2, too. No org was added."),
        ("slug,name\nacme,Acme,UTC\n", "Line 2: 3 columns, but the header has 2."),
        ('slug,name\nacme,"Acme\n', "invalid CSV"),
        (b"slug,name\nacme,\xff\xfe\n", "not UTF-8"),
    ],
)  # fmt: skip
def test_an_invalid_file_adds_no_org(run, store, file, message):
    refused = run("org", "add", "--from", "-", stdin=file, exits=1)

    assert message in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
    assert orgs(store) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'SLUG'"),
        (["acme"], "Missing option '--name'"),
        (["acme", "--from", "-"], "--from does not go with SLUG or --name"),
        (["--name", "Acme", "--from", "-"], "--from does not go with SLUG or --name"),
    ],
)
def test_an_org_or_a_file_is_required(run, arguments, message):
    assert message in run("org", "add", *arguments, exits=2).stderr


def test_an_unknown_board_adds_no_org(run, store):
    run("org", "add", "--from", "-", "--board", "nowhere", stdin=FILE, exits=1)

    assert orgs(store) == []
