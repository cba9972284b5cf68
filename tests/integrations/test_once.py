"""The guard: what was taken in once isn't taken in again, not even at the same moment."""

import threading
import time
import uuid

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from core.models import EventLog
from decisions.models import Transcript
from decisions.services import transcript_create
from integrations.models import ProcessedMessage
from integrations.once import MAX_LENGTH, message_id, taken_in
from tests.factories import ProjectFactory
from tests.factories.integrations import OPENED
from tests.workspaces.together import Together, together, wait_until_waiting

TENANT, OTHER = uuid.uuid4(), uuid.uuid4()


def test_an_id_that_fits_can_be_read():
    assert message_id("github", TENANT, "72d3162e-cc78") == f"github:{TENANT}:72d3162e-cc78"


@pytest.mark.parametrize(
    "parts",
    [
        (TENANT, "x" * 200),
        (TENANT, "an id with spaces"),
        (TENANT, "встреча"),
        (TENANT, ""),
        (TENANT, "a:b"),
    ],
    ids=["long", "spaces", "russian", "empty", "colon"],
)
def test_others_are_hashed(parts):
    made = message_id("transcript", *parts)

    assert made.startswith("transcript:sha256=")
    assert len(made) == len("transcript:sha256=") + 64 <= MAX_LENGTH
    assert made == message_id("transcript", *parts)


def test_no_two_messages_have_one_id():
    messages = [
        ("transcript", TENANT, "1"),
        ("transcript", OTHER, "1"),
        ("transcript", TENANT, "2"),
        ("github", TENANT, "1"),
        ("transcript", f"{TENANT}:1"),
        ("transcript", TENANT, "1", ""),
        ("transcript", TENANT, "x" * 200),
        ("transcript", TENANT, "x" * 201),
        ("transcript", OTHER, "x" * 200),
        ("transcript", message_id("transcript", TENANT, "x" * 200).removeprefix("transcript:")),
        ("transcript", "a", "b:c"),
        ("transcript", "a:b", "c"),
    ]
    assert len({message_id(*each) for each in messages}) == len(messages)


@pytest.mark.parametrize("source", ["", "GitHub", "a:b", "x" * 26])
def test_a_source_is_a_short_word(source):
    with pytest.raises(ValueError, match="source"):
        message_id(source, TENANT, "1")


def test_a_message_is_told_apart_by_something():
    with pytest.raises(ValueError, match="told apart"):
        message_id("github")


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_promised():
    with pytest.raises(TransactionManagementError):
        taken_in("trial", TENANT, "1")
    assert not ProcessedMessage.objects.exists()


@pytest.mark.django_db
def test_the_second_time_it_was_taken_in():
    assert [taken_in("trial", TENANT, "1") for _time in range(3)] == [False, True, True]
    assert taken_in("trial", OTHER, "1") is False
    assert not EventLog.objects.filter(entity_type="processed_message").exists()


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_here():
    def failing():
        with transaction.atomic():
            assert not taken_in("trial", TENANT, "1")
            raise RuntimeError("failed in the middle")

    with pytest.raises(RuntimeError, match="failed in the middle"):
        failing()

    assert not taken_in("trial", TENANT, "1")


# At the same moment.

AT_ONCE = 16


def work(project):
    """What a message does, with nothing about it that another could break."""
    time.sleep(0.02)
    return transcript_create(actor=None, project=project, title="Once", occurred_at=OPENED)


def guarded(project):
    with transaction.atomic():
        if taken_in("trial", project.pk, "1"):
            return None
        return work(project)


def naive(project):
    """The same, by looking first."""
    with transaction.atomic():
        name = message_id("trial", project.pk, "1")
        if ProcessedMessage.objects.filter(pk=name).exists():
            return None
        made = work(project)
        ProcessedMessage.objects.bulk_create(
            [ProcessedMessage(message_id=name)], ignore_conflicts=True
        )
        return made


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_at_once_one_does_the_work(workspace):
    for _round in range(5):
        project = ProjectFactory(workspace=workspace)
        outcomes = together(*[lambda project=project: guarded(project)] * AT_ONCE)

        assert sorted(type(each).__name__ for each in outcomes) == ["NoneType"] * 15 + [
            "Transcript"
        ]
        assert Transcript.objects.filter(project=project).count() == 1


@pytest.mark.django_db(transaction=True)
def test_looking_first_lets_several_through(project):
    """The trial sees what it is for: a naive copy fails it."""
    together(*[lambda: naive(project)] * AT_ONCE)

    assert Transcript.objects.filter(project=project).count() > 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_succeeds", [True, False], ids=["committed", "rolled back"])
def test_the_second_waits_for_what_becomes_of_the_first(first_succeeds, project):
    taken, may_end = threading.Event(), threading.Event()

    def first():
        with transaction.atomic():
            assert not taken_in("trial", project.pk, "1")
            taken.set()
            assert may_end.wait(120)
            if not first_succeeds:
                raise RuntimeError("failed in the middle")
            return work(project)

    def second():
        assert taken.wait(120)
        return guarded(project)

    both = Together(first, second)
    assert taken.wait(120)
    wait_until_waiting(1)
    assert not Transcript.objects.exists()
    may_end.set()
    of_first, of_second = both.wait()

    assert isinstance(of_first, Transcript if first_succeeds else RuntimeError)
    assert (of_second is None) == first_succeeds
    assert Transcript.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_lost_in_the_middle_leaves_nothing(project):
    def killed():
        with transaction.atomic():
            taken_in("trial", project.pk, "1")
            work(project)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    [outcome] = together(killed)

    assert isinstance(outcome, Exception)
    assert not Transcript.objects.exists()
    assert guarded(project) is not None
