"""Whatever happens to a board: who follows what changed knows what a fresh answer would say."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from cards.snapshot import board_changes, board_snapshot
from core.db.follow import log_bound
from tests.cards.following import Copy, Happenings, whole
from tests.factories import (
    BoardFactory,
    CardAssigneeFactory,
    CardFactory,
    CommentFactory,
    PullRequestFactory,
    RepositoryFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = 150
WRITERS = 4


@pytest.fixture
def people(admin, member, member_of_both, workspace):
    return [admin, member, member_of_both]


@pytest.fixture
def boards(workspace, people):
    """Two boards of one workspace with some cards in each column."""
    boards = BoardFactory.create_batch(2, workspace=workspace)
    for board in boards:
        for column in board.columns:
            for card in CardFactory.create_batch(3, board=board, column_id=column["id"]):
                CardAssigneeFactory(card=card, user=people[-1])
                CommentFactory(card=card)
    return boards


@pytest.fixture
def pulls(workspace):
    return PullRequestFactory.create_batch(4, repository=RepositoryFactory(workspace=workspace))


class Follower:
    """Asks for what changed over HTTP, every now and then."""

    def __init__(self, client, board):
        self._client = client
        self._address = f"/api/v1/boards/{board.pk}/snapshot/"
        answer = self.ask()
        self.tag = answer["ETag"]
        self.copy = Copy(answer.json())

    def ask(self, **headers):
        return self._client.get(self._address, headers=headers)

    def look(self):
        """Ask and apply; whether there was anything."""
        answer = self._client.get(
            self._address,
            {"since_event": self.copy.event_id},
            headers={"If-None-Match": self.tag},
        )
        if answer.status_code == 304:
            return False
        self.tag = answer["ETag"]
        told = answer.json()
        assert "cards" in told, "so much doesn't happen here"
        self.copy.apply(told)
        return True


@pytest.mark.parametrize("seed", range(3))
def test_deltas_applied_are_the_board_itself_after_every_step(
    seed, as_admin, boards, people, pulls
):
    happenings = Happenings(boards, people, pulls, seed)
    # One looks after every step, the other after several.
    often, seldom = (
        [Follower(as_admin, board) for board in boards],
        [Follower(as_admin, board) for board in boards],
    )
    done = []

    for step in range(STEPS):
        done.append(happenings.happen())
        for follower in often:
            follower.look()
            assert follower.copy.whole() == whole(follower.ask().json()), done[-1]
            assert not follower.look()
        if step % 9 == 8:
            for follower in seldom:
                follower.look()
                assert follower.copy.whole() == whole(follower.ask().json()), done[-9:]

    happened = {each for each in done if not each.endswith("refused")}
    assert len(happened) >= 15


class Writers:
    """Threads that let things happen to the boards until told to stop."""

    def __init__(self, happenings):
        self.done = []
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(len(happenings))
        self._written = [self._pool.submit(self._write, each) for each in happenings]

    def _write(self, happenings):
        try:
            while not self._stop.is_set():
                if happenings.chance.random() < 0.3:
                    # Several in one transaction, which commits later than some that begin later.
                    with transaction.atomic():
                        self.done += [happenings.happen() for _time in range(3)]
                else:
                    self.done.append(happenings.happen())
        finally:
            connection.close()

    def stopped(self):
        """Whether one of them is done, which only an error makes it."""
        return any(each.done() for each in self._written)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self._stop.set()
        self._pool.shutdown()
        for each in self._written:
            each.result()


def seen(board, person, since):
    """What changed since and the whole board, as one and the same moment shows them."""
    bound = log_bound()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        changes = board_changes(board.pk, person, bound, since=since)
        fresh = board_snapshot(board.pk, person, bound)
    return json.loads(changes), json.loads(fresh)


def test_deltas_are_right_at_every_moment_while_others_write(boards, people, pulls, admin):
    writing = [Happenings(boards, people, pulls, seed) for seed in range(WRITERS)]
    copies = [Copy(seen(board, admin, 0)[1]) for board in boards]
    looks = 0

    with Writers(writing) as writers:
        while len(writers.done) < STEPS and not writers.stopped():
            looks += 1
            for board, copy in zip(boards, copies, strict=True):
                changes, fresh = seen(board, admin, copy.event_id)
                copy.apply(changes)
                assert copy.whole() == whole(fresh)

    for board, copy in zip(boards, copies, strict=True):
        changes, fresh = seen(board, admin, copy.event_id)
        copy.apply(changes)
        assert copy.whole() == whole(fresh)
    assert looks > 5
    assert {"move", "make", "edit"} <= set(writers.done)
