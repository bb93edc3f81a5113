"""DuckDB can touch nothing but the files of one folder, and is bounded in memory and in time."""

import threading
import time
from multiprocessing import get_context

import duckdb
import pytest

from dashapp.domain.errors import TooSlow
from dashapp.store.columns import duck
from dashapp.store.columns.duck import Duck, UnreadableFile

SLOW = "SELECT count(*) FROM range(10000000000000) WHERE range % 7 = 3"
LARGE = "SELECT count(DISTINCT x) FROM (SELECT hash(range)::VARCHAR AS x FROM range(5000000))"


@pytest.fixture
def reader(tmp_path):
    reader = Duck(tmp_path / "cache")
    yield reader
    reader.close()


def answer(reader, statement="SELECT 42", seconds=20, **params):
    with reader.question(seconds) as question:
        return question.run(statement, params)


@pytest.fixture
def outside(tmp_path):
    """A folder with a file, and a link to it inside of the folder of DuckDB."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "x.csv").write_text("a\n1\n")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "link.csv").symlink_to(folder / "x.csv")
    return folder


FORBIDDEN = {
    "reading a file": "SELECT * FROM read_csv('{outside}/x.csv')",
    "reading a text": "SELECT * FROM read_text('{outside}/x.csv')",
    "a name that is a file": "SELECT * FROM '{outside}/x.csv'",
    "leaving the folder": "SELECT * FROM read_text('{folder}/../outside/x.csv')",
    "a link that leaves it": "SELECT * FROM read_text('{folder}/link.csv')",
    "the environment": "SELECT * FROM read_text('/proc/self/environ')",
    "a variable": "SELECT getenv('HOME')",
    "listing files": "SELECT * FROM glob('{outside}/*')",
    "sniffing": "SELECT * FROM sniff_csv('{outside}/x.csv')",
    "writing a file": "COPY (SELECT 1) TO '{outside}/y.csv'",
    "writing Parquet": "COPY (SELECT 1) TO '{outside}/y.parquet'",
    "exporting": "EXPORT DATABASE '{outside}/y'",
    "importing": "IMPORT DATABASE '{outside}'",
    "attaching": "ATTACH '{outside}/y.db' AS y",
    "installing": "INSTALL httpfs",
    "loading": "LOAD httpfs",
    "loading a file": "LOAD '{folder}/x.duckdb_extension'",
    "http": "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "https": "SELECT * FROM read_parquet('https://127.0.0.1:9/x.parquet')",
    "s3": "SELECT * FROM 's3://bucket/x.parquet'",
    "a secret": "CREATE PERSISTENT SECRET x (TYPE http)",
    "the memory limit": "SET memory_limit = '64GB'",
    "a pragma": "PRAGMA memory_limit = '64GB'",
    "a reset": "RESET memory_limit",
    "external access": "SET enable_external_access = true",
    "the folders": "SET allowed_directories = ['/']",
    "the lock": "SET lock_configuration = false",
    "the zone": "SET TimeZone = 'Asia/Tokyo'",
    "a spill folder": "SET temp_directory = '{outside}'",
    "a local variable": "SELECT * FROM FORBIDDEN",
    "a named table": "SELECT * FROM query_table('FORBIDDEN')",
}  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN)
def test_duckdb_is_locked_down(reader, outside, name):
    statement = FORBIDDEN[name].format(outside=outside, folder=reader.folder)

    with pytest.raises((duckdb.Error, UnreadableFile)) as error:
        answer(reader, statement)

    assert "syntax" not in str(error.value)
    assert [path.name for path in outside.iterdir()] == ["x.csv"]


def test_without_the_lock_a_file_outside_is_readable(outside):
    """A planted fault: the same statements with DuckDB's defaults."""
    assert duckdb.connect().execute(f"SELECT * FROM '{outside}/x.csv'").fetchall() == [(1,)]


def test_a_folder_with_any_name_can_be_read(tmp_path):
    reader = Duck(tmp_path / "it's [my] *cache*")
    path = f"{reader.folder}/x.parquet"
    quoted = path.replace("'", "''")
    answer(reader, f"COPY (SELECT 7 AS x) TO '{quoted}'")

    assert answer(reader, "SELECT x FROM read_parquet($path)", path=path) == [(7,)]
    reader.close()


def test_a_deleted_file_is_unreadable(reader):
    with pytest.raises(UnreadableFile):
        answer(reader, "SELECT * FROM read_parquet($path)", path=f"{reader.folder}/x.parquet")


def test_a_statement_past_its_time_is_too_slow_and_the_next_one_is_answered(reader):
    started = time.monotonic()
    with pytest.raises(TooSlow):
        answer(reader, SLOW, seconds=0.2)

    assert time.monotonic() - started < 3
    assert answer(reader) == [(42,)]


def test_all_statements_of_a_question_share_its_time(reader):
    with reader.question(0.3) as question:
        question.run("SELECT 42", {})
        time.sleep(0.4)
        with pytest.raises(TooSlow):
            question.run("SELECT 42", {})


def test_out_of_memory_is_too_slow_and_the_next_question_is_answered(reader, monkeypatch):
    monkeypatch.setitem(duck.connect.__kwdefaults__, "memory", "64MB")
    with pytest.raises(TooSlow):
        answer(reader, LARGE)

    assert answer(reader) == [(42,)]
    assert not any(reader.folder.iterdir())  # nothing is spilled to the disk


def ask_at_once(reader, count, seconds):
    """Ask slow questions in threads; return what each raised, and how long they took."""
    outcomes = []

    def ask():
        started = time.monotonic()
        try:
            answer(reader, SLOW, seconds=seconds)
        except TooSlow:
            outcomes.append(time.monotonic() - started)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return outcomes


def test_more_questions_than_places_wait_until_their_time_is_over(reader):
    answer(reader)

    outcomes = ask_at_once(reader, 5, 0.5)

    assert len(outcomes) == 5
    assert max(outcomes) < 3
    assert answer(reader) == [(42,)]


def test_a_question_that_waits_is_answered_once_a_place_is_free(reader):
    answers = []
    with reader.question(5), reader.question(5):
        waiting = threading.Thread(target=lambda: answers.append(answer(reader, seconds=10)))
        waiting.start()
        time.sleep(0.1)
        assert answers == []
    waiting.join(10)

    assert answers == [[(42,)]]


def test_a_question_that_fails_leaves_its_place(reader):
    for _time in range(5):
        with pytest.raises(duckdb.Error):
            answer(reader, "SELECT nonsense")

    assert answer(reader, seconds=1) == [(42,)]


def test_a_question_leaves_no_table_behind(reader):
    for _time in range(2):
        assert answer(reader, "CREATE TEMP TABLE kept AS SELECT 1") == [(1,)]


@pytest.mark.parametrize("error", [duckdb.FatalException, duckdb.InternalException])
def test_after_a_fatal_error_there_is_a_new_connection(reader, error):
    answer(reader)
    broken = reader._process.connection
    with pytest.raises(error), reader.question(5):
        raise error("database has been invalidated")

    assert answer(reader) == [(42,)]
    assert reader._process.connection is not broken


def test_after_any_other_error_the_connection_is_kept(reader):
    answer(reader)
    connection = reader._process.connection
    with pytest.raises(duckdb.Error):
        answer(reader, "SELECT nonsense")

    answer(reader)
    assert reader._process.connection is connection


def _ask_in_child(reader):
    assert answer(reader) == [(42,)]


def test_a_forked_process_has_its_own_connection_and_places(reader):
    with reader.question(5), reader.question(5) as question:
        child = get_context("fork").Process(target=_ask_in_child, args=(reader,))
        child.start()
        child.join(15)
        child.kill()
        assert question.run("SELECT 42", {}) == [(42,)]

    assert child.exitcode == 0
