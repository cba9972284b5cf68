"""`manage.py rotate_keys`: every secret under the newest key, while people read and write."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from core import rotation
from core.acting import acting
from core.db.roles import as_owner
from core.encryption import decrypt, encrypt, has_newest_key
from core.models import EventLog
from core.rotation import ACTION, secrets_reencrypt
from projects.models import Project
from tests.core.connections import as_app
from tests.environment import inherited
from tests.factories import UserFactory, WorkspaceFactory
from tests.workspaces.together import wait_until_waiting
from workspaces.models import User

pytestmark = pytest.mark.django_db(transaction=True)

CHECKOUT = Path(__file__).resolve().parents[2]
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


def under(*keys):
    """Everything inside runs with this ring."""
    return override_settings(TASKLY_ENCRYPTION_KEYS=list(keys))


def people(number, *keys):
    """So many people with a token each, encrypted with the first of `keys`."""
    with under(*keys):
        return User.objects.bulk_create(
            User(
                username=f"person-{index}",
                email=f"person-{index}@example.com",
                password="!",
                github_access_token=encrypt(f"token-{index}"),
            )
            for index in range(number)
        )


def project_with(secret):
    """A project whose webhook has this secret."""
    return Project.objects.create(
        workspace=WorkspaceFactory(), name="Alpha", webhook_secret=encrypt(secret)
    )


def rotate():
    """The command in this process: what it said, and how it ended."""
    said, complained = io.StringIO(), io.StringIO()
    try:
        call_command("rotate_keys", stdout=said, stderr=complained)
    except CommandError as error:
        return said.getvalue(), complained.getvalue(), error
    return said.getvalue(), complained.getvalue(), None


def tokens():
    """The token of everybody, as any server of this ring reads it."""
    return {
        name: decrypt(kept)
        for name, kept in User.objects.exclude(github_access_token=None).values_list(
            "username", "github_access_token"
        )
    }


def entries():
    return EventLog.objects.filter(action=ACTION).order_by("id")


@pytest.fixture
def process():
    """`process(*keys)`: the command in a process of its own, on this test's database."""
    with as_owner(connection):
        params = connection.get_connection_params()
    password = f":{quote(params['password'], safe='')}" if params.get("password") else ""
    host, port = quote(params.get("host", "localhost"), safe=""), params.get("port", 5432)
    started = []

    def start(*keys):
        # Tests that run in the background ignore Ctrl-C, and so would all that they start.
        heard = signal.signal(signal.SIGINT, signal.default_int_handler)
        begun = subprocess.Popen(
            [sys.executable, "manage.py", "rotate_keys"],
            cwd=CHECKOUT,
            env={
                **inherited(),
                "DATABASE_URL": f"postgres://{params['user']}{password}@{host}:{port}"
                f"/{params['dbname']}",
                "TASKLY_ENV_FILE": os.devnull,
                "SECRET_KEY": os.environ["SECRET_KEY"],
                "TASKLY_ENCRYPTION_KEYS": ",".join(keys),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        signal.signal(signal.SIGINT, heard)
        started.append(begun)
        return begun

    yield start
    for begun in started:
        begun.kill()
        begun.communicate()


def until(is_so):
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline, "it never was"
        time.sleep(0.01)


def test_everything_gets_the_newest_key_and_is_said():
    people(3, OLD)
    people_with_the_newest = UserFactory(username="new", github_access_token=None)
    with under(NEW, OLD):
        User.objects.filter(pk=people_with_the_newest.pk).update(
            github_access_token=encrypt("newer")
        )
        said, complained, error = rotate()
        assert error is None
        assert complained == ""
        assert "users.github_access_token: 3 re-encrypted, 1 had the newest key already." in said
        assert "older ones can be taken away" in said
    with under(NEW):
        assert tokens() == {**{f"person-{n}": f"token-{n}" for n in range(3)}, "new": "newer"}


def test_every_encrypted_column_takes_part():
    with under(OLD):
        project = project_with("signing")
        person = UserFactory(github_access_token=encrypt("token"))
    with under(NEW, OLD):
        rotate()
    project.refresh_from_db()
    person.refresh_from_db()
    with under(NEW):
        assert decrypt(project.webhook_secret) == "signing"
        assert decrypt(person.github_access_token) == "token"


def test_a_row_stays_the_version_that_it_was_and_has_one_entry_without_the_secret():
    with under(OLD):
        project = project_with("signing")
    project.refresh_from_db()
    before, last = project.webhook_secret, EventLog.objects.order_by("-id").first().pk
    with under(NEW, OLD):
        rotate()
        project.refresh_from_db()
        assert has_newest_key(project.webhook_secret)
    kept = type(project).objects.get(pk=project.pk)
    assert (kept.version, kept.updated_at) == (project.version, project.updated_at)
    assert kept.version == 1
    [entry] = EventLog.objects.filter(id__gt=last)
    assert (entry.action, entry.entity_type, entry.entity_id, entry.source, entry.actor_id) == (
        ACTION, "project", project.pk, "command", None,
    )  # fmt: skip
    hidden = {"webhook_secret": "[hidden]"}
    assert entry.details == {"before": hidden, "after": hidden, "context": {}}
    assert before.hex() not in str(entry.details)


def test_a_second_run_changes_nothing_and_makes_no_entry():
    people(3, OLD)
    with under(NEW, OLD):
        rotate()
        kept, made = list(User.objects.values_list("github_access_token")), entries().count()
        said, _complained, error = rotate()
        assert error is None
        assert "0 re-encrypted, 3 had the newest key already." in said
        assert list(User.objects.values_list("github_access_token")) == kept
        assert entries().count() == made == 3


def test_any_other_change_in_that_action_raises_the_version_and_so_does_a_new_secret():
    person = people(1, OLD)[0]
    with under(NEW), acting(None, ACTION):
        User.objects.filter(pk=person.pk).update(full_name="Renamed")
    assert User.objects.get(pk=person.pk).version == 2
    with under(NEW), acting(None, "user.updated"):
        User.objects.filter(pk=person.pk).update(github_access_token=encrypt("another"))
    assert User.objects.get(pk=person.pk).version == 3


def test_what_no_key_decrypts_is_named_by_table_and_id_and_nothing_else():
    fine = people(2, OLD)
    lost = UserFactory()
    with under(OTHER):
        kept = encrypt("lost-token")
        User.objects.filter(pk=lost.pk).update(github_access_token=kept)
    with under(NEW, OLD):
        said, complained, error = rotate()
        assert error is not None
        assert error.returncode == 1
        assert complained.strip() == (
            f"users.github_access_token of {lost.pk}: no key of the ring decrypts it."
        )
        assert "1 secrets can't be read" in str(error)
        assert "taken away" not in said
        for text in (said, complained, str(error)):
            assert "token-" not in text
            assert kept.decode() not in text
        assert all(has_newest_key(row.github_access_token)
                   for row in User.objects.filter(pk__in=[each.pk for each in fine]))  # fmt: skip
    assert User.objects.get(pk=lost.pk).github_access_token == kept
    with under(NEW, OTHER):
        assert rotate()[2] is None
    with under(NEW):
        assert tokens()[lost.username] == "lost-token"


def test_a_value_that_is_no_token_at_all_is_named_as_well():
    person = people(1, OLD)[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE users SET github_access_token = '\\x00ff'")
    with under(NEW, OLD):
        _said, complained, error = rotate()
    assert str(person.pk) in complained
    assert error.returncode == 1


def test_who_writes_meanwhile_is_waited_for_and_not_overwritten():
    person, *others = people(3, OLD)
    with under(NEW, OLD), as_app() as writer:
        with writer.transaction():
            writer.execute(
                "UPDATE users SET github_access_token = %s WHERE id = %s",
                [encrypt("written meanwhile"), person.pk],
            )
            outcome = []
            beside = threading.Thread(target=lambda: outcome.append(run_beside()))
            beside.start()
            # Those that nobody holds are done without waiting for the one that somebody does.
            until(lambda: entries().filter(entity_id__in=[each.pk for each in others]).count() == 2)
            assert outcome == []
        beside.join()
        assert outcome == [None]
    with under(NEW):
        assert tokens() == {
            "person-0": "written meanwhile", "person-1": "token-1", "person-2": "token-2",
        }  # fmt: skip
    assert not entries().filter(entity_id=person.pk).exists()


def run_beside():
    """The command in a thread, with a connection of its own."""
    try:
        return rotate()[2]
    finally:
        connection.close()


def test_what_a_server_writes_with_the_older_key_meanwhile_is_taken_up_again():
    """It was not restarted yet: its secret is newer than the one that was read."""
    person = people(1, OLD)[0]
    with under(OLD):
        written = encrypt("by the old server")
    with under(NEW, OLD), as_app() as writer:
        with writer.transaction():
            writer.execute(
                "UPDATE users SET github_access_token = %s WHERE id = %s", [written, person.pk]
            )
            outcome = []
            beside = threading.Thread(target=lambda: outcome.append(run_beside()))
            beside.start()
            time.sleep(0.3)
        beside.join()
        assert outcome == [None]
    with under(NEW):
        assert tokens() == {"person-0": "by the old server"}


def test_what_was_written_between_reading_and_replacing_stays():
    person = people(1, OLD)[0]
    column = User._meta.get_field("github_access_token")
    read = [(person.pk, person.github_access_token)]
    with under(NEW, OLD):
        User.objects.filter(pk=person.pk).update(github_access_token=encrypt("in between"))
        done = rotation.ColumnDone("users.github_access_token")
        left = rotation._reencrypt_batch(User, column, read, done)
        assert (left, done.changed) == ([person.pk], 0)
        assert tokens() == {"person-0": "in between"}
    assert not entries().exists()


def test_a_row_that_somebody_holds_all_the_time_is_told_and_the_rest_is_done():
    held, _free = people(2, OLD)
    with under(NEW, OLD), as_app() as writer, writer.transaction():
        writer.execute("SELECT FROM users WHERE id = %s FOR UPDATE", [held.pk])
        [done, *_others] = [
            each
            for each in secrets_reencrypt(on_progress=lambda number: None, pause=0.001)
            if each.column == "users.github_access_token"
        ]
        assert (done.changed, done.current, done.held, done.unreadable) == (1, 0, 1, [])


def test_a_row_that_is_deleted_meanwhile_is_done():
    person, _other = people(2, OLD)
    with under(NEW, OLD), as_app() as writer:
        with writer.transaction():
            writer.execute("SELECT FROM users WHERE id = %s FOR NO KEY UPDATE", [person.pk])
            results = []

            def run():
                try:
                    results.extend(secrets_reencrypt(on_progress=lambda number: None, pause=0.05))
                finally:
                    connection.close()

            beside = threading.Thread(target=run)
            beside.start()
            until(lambda: entries().count() == 1)
            writer.execute("DELETE FROM users WHERE id = %s", [person.pk])
        beside.join()
    [done] = [each for each in results if each.column == "users.github_access_token"]
    assert (done.changed, done.held, done.unreadable) == (1, 0, [])


def test_readers_and_writers_see_no_error_while_it_runs(process):
    """Four readers, four writers, and the command as a process of its own."""
    rows = people(600, OLD)
    errors, reads, writes = [], [], []
    written = {}
    over = threading.Event()

    def read(start):
        number = start
        while not over.is_set():
            number = (number + 7) % 600
            kept = User.objects.get(pk=rows[number].pk).github_access_token
            if decrypt(kept) not in (f"token-{number}", f"rewritten-{number}"):
                errors.append(f"{number} reads otherwise")
            reads.append(number)

    def write(start):
        # Each writer has rows of its own, so that what it wrote last is what must be there.
        for number in range(start, 600, 12):
            if over.is_set():
                break
            with transaction.atomic():
                User.objects.filter(pk=rows[number].pk).update(
                    github_access_token=encrypt(f"rewritten-{number}")
                )
                time.sleep(0.01)
            written[number] = f"rewritten-{number}"
            writes.append(number)

    def run(work, start):
        try:
            work(start)
        except Exception as error:
            errors.append(repr(error))
        finally:
            connection.close()

    with under(NEW, OLD):
        threads = [
            threading.Thread(target=run, args=(work, start))
            for start in range(4) for work in (read, write)
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        command = process(NEW, OLD)
        said, complained = command.communicate(timeout=120)
        at_the_end = len(reads)
        over.set()
        for thread in threads:
            thread.join()
    assert command.returncode == 0, complained
    assert errors == []
    assert at_the_end > 50
    assert len(writes) > 10
    with under(NEW):
        expected = {n: written.get(n, f"token-{n}") for n in range(600)}
        assert tokens() == {f"person-{n}": token for n, token in expected.items()}
    assert "users.github_access_token" in said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_in_the_middle_it_leaves_whole_rows_and_the_next_run_goes_on(process, how):
    people(2_000, OLD)
    with as_app() as beside:
        beside.execute("BEGIN; LOCK TABLE users IN EXCLUSIVE MODE")
        command = process(NEW, OLD)
        wait_until_waiting(1)
        # One batch is let by: who comes for the lock again stands before the next.
        beside.execute("COMMIT; BEGIN; LOCK TABLE users IN EXCLUSIVE MODE")
        wait_until_waiting(1)
        command.send_signal(how)
        _said, complained = command.communicate(timeout=120)
        beside.execute("COMMIT")
    done = entries().count()
    assert 0 < done < 2_000
    if how == signal.SIGINT:
        assert command.returncode == 130, complained
        assert "run it again" in complained
        assert "Traceback" not in complained
    with under(NEW, OLD):
        assert len(tokens()) == 2_000
        assert sum(map(has_newest_key, User.objects.values_list(
            "github_access_token", flat=True))) == done  # fmt: skip
        said, _complained, error = rotate()
        assert error is None
        assert f"{2_000 - done:,} re-encrypted, {done:,} had" in said
    assert entries().count() == 2_000
    with under(NEW):
        assert tokens()["person-1999"] == "token-1999"


def test_two_at_once_do_each_row_once():
    people(300, OLD)
    with under(NEW, OLD):
        errors = []
        threads = [
            threading.Thread(target=lambda: errors.append(run_beside())) for _number in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == [None, None]
    assert entries().count() == entries().values("entity_id").distinct().count() == 300
    with under(NEW):
        assert len(tokens()) == 300


def test_without_any_secret_there_is_nothing_to_do():
    WorkspaceFactory()
    said, complained, error = rotate()
    assert (complained, error) == ("", None)
    assert "users.github_access_token: 0 re-encrypted" in said
    assert not entries().exists()
