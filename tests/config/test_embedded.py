"""The embedded server, with real processes: started, joined, killed, left."""

import os
import signal
import stat
import time

import pytest

from config.embedded import EmbeddedError, default_home, ensure, locate
from config.embedded.layout import LONGEST_SOCKET, Layout
from config.embedded.locks import is_held
from tests.config.homes import Client, postmaster, processes, stop_all, supervisors, wait_until

GRACE_SECONDS = 3.0


def test_a_server_is_made_where_there_is_none(home):
    client = Client(home)
    assert client.ask(
        "SELECT current_setting('server_version_num')::int / 10000, current_user, "
        "current_database(), current_setting('listen_addresses'), lower('ЁЛКА')"
    ) == [[18, "taskly_owner", "taskly", "", "ёлка"]]
    assert client.ask(
        "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) "
        "FROM pg_database WHERE datname = 'taskly'"
    ) == [["b", "C.UTF-8", "UTF8"]]
    assert stat.S_IMODE((home / "run").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "pg18").stat().st_mode) == 0o700
    client.kill()


def test_who_comes_later_joins_the_same_server(home, client):
    client.ask("CREATE TABLE notes AS SELECT 'kept' AS text")
    first = postmaster(home)
    second = Client(home)
    assert second.ask("SELECT text FROM notes") == [["kept"]]
    assert postmaster(home) == first
    second.leave()


def test_the_server_stops_when_the_last_one_has_left_and_starts_again_with_its_data(home, client):
    client.ask("CREATE TABLE notes AS SELECT 'kept' AS text")
    second = Client(home)
    second.ask()
    second.leave()
    time.sleep(GRACE_SECONDS + 0.5)
    assert client.ask("SELECT text FROM notes") == [["kept"]], "somebody was still there"
    left = time.monotonic()
    client.leave()
    wait_until(lambda: not processes(home))
    assert time.monotonic() - left > GRACE_SECONDS - 0.5
    assert "database system is shut down" in Layout(home).log.read_text()
    again = Client(home)
    assert again.ask("SELECT text FROM notes") == [["kept"]]
    again.kill()


def test_a_client_that_is_killed_counts_as_gone(home, client):
    client.ask()
    client.kill()
    wait_until(lambda: not processes(home))


def test_who_comes_before_the_end_keeps_the_server(home, client):
    client.ask()
    first = postmaster(home)
    later = Client(home)
    later.warm_up()
    client.leave()
    time.sleep(GRACE_SECONDS / 3)
    later.ask()
    time.sleep(GRACE_SECONDS)
    assert later.ask()
    assert postmaster(home) == first
    later.kill()


def test_a_killed_postgres_comes_back_with_what_was_committed(home, client):
    client.ask("CREATE TABLE notes (text text)")
    for _ in range(3):
        client.ask("INSERT INTO notes SELECT 'kept'")
        killed = postmaster(home)
        os.kill(killed, signal.SIGKILL)

        def is_back(killed=killed):
            client.send("SELECT count(*) FROM notes")
            return "rows" in client.receive() and postmaster(home) != killed

        wait_until(is_back)
    assert client.ask("SELECT count(*) FROM notes") == [[3]]


def test_a_supervisor_takes_postgres_along_killed_or_told_to_stop_and_both_come_back(home, client):
    client.ask("CREATE TABLE notes AS SELECT 'kept' AS text")
    first = postmaster(home)
    (supervisor,) = supervisors(home)
    os.kill(supervisor, signal.SIGKILL)
    wait_until(lambda: first not in processes(home))
    assert client.ask("SELECT text FROM notes") == [["kept"]]
    (its_successor,) = supervisors(home)
    assert its_successor != supervisor
    os.kill(its_successor, signal.SIGTERM)
    wait_until(lambda: not processes(home))
    assert "database system is shut down" in Layout(home).log.read_text().splitlines()[-1]
    assert client.ask() == [[1]]


def test_nothing_stays_when_supervisor_postgres_and_client_are_killed_at_once(home, client):
    client.ask("CREATE TABLE notes AS SELECT 'kept' AS text")
    for pid in (*supervisors(home), postmaster(home), client.process.pid):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not processes(home))
    wait_until(lambda: not is_held(Layout(home).alive))
    again = Client(home)
    assert again.ask("SELECT text FROM notes") == [["kept"]]
    again.kill()


def test_a_signal_to_the_starters_group_leaves_the_server_to_the_others(home, client):
    client.ask()
    first = postmaster(home)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        other = Client(home)
        other.ask()
        os.killpg(client.process.pid, number)
        client.kill()
        assert other.ask() == [[1]]
        client = other
    assert postmaster(home) == first
    client.kill()


def test_two_homes_are_two_servers(place):
    clients = [Client(place / name) for name in ("one", "two")]
    for number, client in enumerate(clients):
        client.ask(f"CREATE TABLE notes AS SELECT {number} AS number")
    assert [client.ask("SELECT number FROM notes") for client in clients] == [[[0]], [[1]]]
    assert postmaster(place / "one") != postmaster(place / "two")
    for client in clients:
        client.kill()


def test_six_who_start_at_once_get_one_server(home):
    clients = [Client(home) for _ in range(6)]
    for client in clients:
        client.send("SELECT pg_postmaster_start_time()")
    answers = [client.receive() for client in clients]
    assert all(answer == answers[0] and "rows" in answer for answer in answers)
    assert len(supervisors(home)) == 1
    for client in clients:
        client.kill()


@pytest.mark.parametrize(
    "name",
    ["Проекты и доски", 'it\'s, "odd"\\ ' + "long-" * 24],
    ids=["space and cyrillic", "quotes and length"],
)
def test_a_home_may_have_any_name(place, name):
    home = place / name
    client = Client(home)
    assert client.ask() == [[1]]
    socket_dir = locate(home).socket_dir
    assert len(os.fsencode(socket_dir / ".s.PGSQL.5432")) <= LONGEST_SOCKET
    assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
    client.kill()


def test_another_temporary_folder_finds_the_same_socket(place, tmp_path):
    home = place / ("long-" * 24)
    client = Client(home)
    client.ask()
    other = Client(home, TMPDIR=os.fspath(tmp_path))
    assert other.ask() == [[1]]
    other.kill()
    client.kill()


def test_a_half_made_data_folder_is_made_anew(home):
    (home / "pg18.new" / "base").mkdir(parents=True)
    client = Client(home)
    assert client.ask() == [[1]]
    assert not (home / "pg18.new").exists()
    client.kill()


def test_a_pid_file_with_the_number_of_some_other_process_is_no_hindrance(home, client):
    client.ask()
    client.leave()
    stop_all(home)
    lines = [str(os.getpid()), str(home / "pg18"), "1700000000", "5432", str(home / "run"), "", ""]
    (home / "pg18" / "postmaster.pid").write_text("\n".join(lines))
    (home / "run" / ".s.PGSQL.5432.lock").write_text("\n".join(lines))
    again = Client(home)
    assert again.ask() == [[1]]
    again.kill()


def test_a_server_that_cannot_start_says_why(home, client):
    client.ask()
    client.leave()
    stop_all(home)
    with (home / "pg18" / "postgresql.conf").open("a") as settings:
        settings.write("\nno_such_setting = on\n")
    refused = Client(home)
    assert "no_such_setting" in refused.refusal()
    refused.leave()
    assert not processes(home)


def test_a_large_log_is_put_aside(home):
    home.mkdir(mode=0o755)
    with (home / "pg.log").open("wb") as log:
        log.truncate(17 * 1024 * 1024)
    client = Client(home)
    client.ask()
    assert (home / "pg.log").stat().st_size < 100_000
    assert (home / "pg.log.1").stat().st_size == 17 * 1024 * 1024
    client.kill()


def test_programs_that_are_not_there_are_named(home):
    refused = Client(home, TASKLY_PG_BIN="/no/such/folder")
    assert refused.refusal() == "TASKLY_PG_BIN is /no/such/folder, but no postgres lies there."
    refused.leave()


def test_a_home_that_is_a_file_is_refused(place):
    (place / "file").write_text("")
    with pytest.raises(EmbeddedError, match=r"set TASKLY_HOME .* DATABASE_URL"):
        ensure(place / "file" / "home")


def test_a_socket_folder_of_somebody_elses_making_is_refused(place):
    home = place / ("long-" * 24)
    folder = locate(home).socket_dir
    folder.symlink_to(place)
    try:
        refused = Client(home)
        assert "somebody else made it" in refused.refusal()
        refused.leave()
    finally:
        folder.unlink()


def test_asking_again_costs_next_to_nothing(home, client):
    joined = ensure(home)
    # By its own time: others may keep the machine busy.
    began = time.thread_time()
    for _ in range(1000):
        assert ensure(home) == joined
    assert (time.thread_time() - began) / 1000 < 0.0005


def test_a_home_lies_in_the_checkout_by_default(place):
    assert default_home(place) == place / ".taskly"


def test_a_forked_child_may_ask_as_well(home):
    joined = ensure(home)
    child = os.fork()
    if child == 0:
        os._exit(0 if ensure(home) == joined else 1)
    assert os.waitpid(child, 0)[1] == 0
