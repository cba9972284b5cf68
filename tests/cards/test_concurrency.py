"""Many at once: real threads, each with a connection of its own, from one barrier.

Each trial is run again without the locks (and must then show the fault that they prevent), so that
a trial that can't see anything is found out.
"""

import itertools
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from django.db import OperationalError, connection, transaction
from rest_framework.test import APIClient

from boards.models import Board
from cards.models import Card
from cards.ordering import Place
from cards.services import card_move
from core.api.retry import retrying
from core.models import EventLog
from tests.factories import BoardFactory, CardFactory

pytestmark = pytest.mark.django_db(transaction=True)

CARDS = "/api/v1/cards/"
LOCK = re.compile(r" FOR (NO KEY )?UPDATE( OF [\w\", ]+)?")


def unlocked(execute, sql, params, many, context):
    """The same statement without its lock."""
    return execute(LOCK.sub("", sql) if isinstance(sql, str) else sql, params, many, context)


def unclaimed(execute, sql, params, many, context):
    """The same statement without the lock on an Idempotency-Key."""
    sql = sql.replace("pg_try_advisory_xact_lock(%s, %s)", "coalesce(%s, %s) IS NOT NULL")
    return execute(sql, params, many, context)


def slowly(execute, sql, params, many, context):
    """The same statement with a pause after it, as on a machine that has much to do."""
    try:
        return execute(sql, params, many, context)
    finally:
        time.sleep(0.003)


def at_once(works, wrappers=()):
    """What each of `works` returns, all begun at one moment; an exception in its place."""
    barrier = threading.Barrier(len(works))

    def run(work):
        with ExitStack() as wrapped:
            for wrapper in wrappers:
                wrapped.enter_context(connection.execute_wrapper(wrapper))
            try:
                barrier.wait(120)
                return work()
            except Exception as error:
                return error
            finally:
                connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


@contextmanager
def pool_of(size):
    """Connections out of a pool of this size, as in a process that serves.

    They don't wait for the disk: that takes most of the time, and is no part of the trial.
    """
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    given = options.get("options", "")
    options["options"] = f"{given} -c synchronous_commit=off"
    options["pool"] = {"min_size": 0, "max_size": size, "timeout": 120}
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()
        del options["pool"]
        options["options"] = given


def signed_in(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


def codes(answers):
    """The statuses, with what went wrong inside spelled out."""
    return [getattr(answer, "status_code", answer) for answer in answers]


def order(column_id):
    cards = Card.objects.filter(column_id=column_id).order_by("position")
    return list(cards.values_list("id", "position"))


def by_request(person, card, column, where):
    answer = signed_in(person).post(f"{CARDS}{card}/move/", {"column_id": column, **where})
    return answer.status_code


def by_service(person, card, column, where):
    """What a request does, without its serializers: the service, run again where it was undone."""
    place = Place(
        end=where.get("place", "bottom"), before=where.get("before"), after=where.get("after")
    )
    moving = Card.objects.get(pk=card)
    retrying(lambda: card_move(card=moving, actor=person, column_id=column, place=place))
    return 200


def moves_in_one_column(board, person, threads, rounds, wrappers=()):
    """Each thread moves cards of one column about; what came of each move, by thread.

    Every fifth move is a whole request.
    """
    column = board.columns[0]["id"]
    cards = [str(card.pk) for card in CardFactory.create_batch(threads, board=board)]

    def mover(number):
        def work():
            outcomes = []
            for turn in range(rounds):
                card = cards[(number * 7 + turn * 13) % threads]
                anchor = cards[(number * 11 + turn * 5 + 1) % threads]
                where = [{"before": anchor}, {"after": anchor}][turn % 2]
                if card == anchor or turn % 7 == 0:
                    where = {"place": "top" if number % 2 else "bottom"}
                move = by_request if (number + turn) % 5 == 0 else by_service
                outcomes.append(move(person, card, column, where))
                # The end of a request gives its connection back.
                connection.close()
            return outcomes

        return work

    outcomes = at_once([mover(number) for number in range(threads)], wrappers)
    return column, cards, outcomes


def test_64_threads_move_cards_of_one_column_50_times_each(board, admin):
    started = EventLog.objects.count()
    with pool_of(30):
        column, cards, outcomes = moves_in_one_column(board, admin, threads=64, rounds=50)

    assert outcomes == [[200] * 50] * 64
    in_order = order(column)
    assert sorted(str(card) for card, _position in in_order) == sorted(cards)
    assert len({position for _card, position in in_order}) == 64
    drawn = signed_in(admin).get(f"/api/v1/boards/{board.pk}/snapshot/").json()
    assert [card["id"] for card in drawn["columns"][0]["cards"]] == [
        str(card) for card, _position in in_order
    ]
    # One entry for each change of a row, and no change without one.
    raised = sum(Card.objects.values_list("version", flat=True))
    assert EventLog.objects.count() - started == raised


def test_without_the_lock_the_same_moves_fail(board, admin):
    _column, _cards, outcomes = moves_in_one_column(
        board, admin, threads=16, rounds=10, wrappers=[unlocked, slowly]
    )

    assert outcomes != [[200] * 10] * 16


LIMIT = 3


def rush_into_a_limited_column(workspace, person, wrappers=()):
    """Creates, moves, bulk moves and unarchives into one column; (answers, how many got in)."""
    board = BoardFactory(workspace=workspace)
    board.columns[1]["wip_limit"] = LIMIT
    board.save()
    column = board.columns[1]["id"]
    outside = CardFactory.create_batch(8, board=board)
    archived = [
        CardFactory(board=board, column_id=column, archived_at="2026-11-01T00:00:00Z")
        for _ in range(4)
    ]
    posts = [
        (CARDS, {"board": str(board.pk), "column_id": column, "title": "New"}) for _ in range(4)
    ]
    posts += [(f"{CARDS}{card.pk}/move/", {"column_id": column}) for card in outside[:4]]
    posts += [
        (f"{CARDS}bulk/", {"move": [{"id": str(card.pk), "column_id": column}]})
        for card in outside[4:]
    ]
    posts += [(f"{CARDS}{card.pk}/unarchive/", {}) for card in archived]
    answers = at_once([lambda post=post: signed_in(person).post(*post) for post in posts], wrappers)
    return answers, Card.objects.live().filter(column_id=column).count()


def test_a_limit_is_never_passed_by_those_who_come_at_once(workspace, admin):
    for _round in range(2):
        answers, inside = rush_into_a_limited_column(workspace, admin, [slowly])

        assert inside == LIMIT
        assert set(codes(answers)) <= {200, 201, 409}
        refused = [answer for answer in answers if answer.status_code == 409]
        assert len(refused) == len(answers) - LIMIT
        assert {answer.json()["code"] for answer in refused} == {"column_full"}


def test_without_the_lock_the_limit_is_passed(workspace, admin):
    assert any(
        rush_into_a_limited_column(workspace, admin, [unlocked, slowly])[1] > LIMIT
        for _round in range(30)
    )


def post_until_answered(person, body, headers):
    """A client that waits while the first request with its key is being worked on."""
    client = signed_in(person)
    while True:
        answer = client.post(CARDS, body, headers=headers)
        if answer.status_code != 409 or answer.json()["code"] != "idempotency_in_progress":
            return answer
        time.sleep(0.01)


def equal_posts(board, person, headers, wrappers=()):
    body = {"board": str(board.pk), "title": "Once"}
    work = [lambda: post_until_answered(person, body, headers)] * 16
    return at_once(work, wrappers)


def test_16_equal_posts_with_one_key_make_one_card(board, admin):
    for turn in range(2):
        answers = equal_posts(board, admin, {"Idempotency-Key": f"key {turn}"}, [slowly])

        assert codes(answers) == [201] * 16
        assert len({answer.content for answer in answers}) == 1
        assert len({answer["Location"] for answer in answers}) == 1
        assert Card.objects.count() == turn + 1


def test_without_the_key_or_its_lock_they_make_many(board, admin):
    equal_posts(board, admin, {})
    assert Card.objects.count() == 16

    equal_posts(board, admin, {"Idempotency-Key": "a key"}, [unclaimed, slowly])
    assert Card.objects.count() > 17


def edits_of_one_card(board, person, wrappers=()):
    """Eight people each add a key to one card's metadata; (answers, the keys that are there)."""
    card = CardFactory(board=board)
    address = f"{CARDS}{card.pk}/"
    answers = at_once(
        [
            lambda key=key: signed_in(person).patch(address, {"metadata": {f"key{key}": key}})
            for key in range(8)
        ],
        wrappers,
    )
    card.refresh_from_db()
    return answers, card


def test_changes_of_one_card_at_once_are_all_kept(board, admin):
    for _round in range(2):
        answers, card = edits_of_one_card(board, admin, [slowly])

        assert codes(answers) == [200] * 8
        assert card.metadata == {"labels": [], **{f"key{key}": key for key in range(8)}}
        assert card.version == 9


def test_without_the_lock_changes_are_lost(board, admin):
    assert any(
        len(edits_of_one_card(board, admin, [unlocked, slowly])[1].metadata) < 9
        for _round in range(30)
    )


def test_only_one_of_those_who_saw_the_same_version_gets_through(board, admin):
    for _round in range(2):
        card = CardFactory(board=board)
        tag = f'"{card.pk}.1"'
        answers = at_once(
            [
                lambda title=title, card=card, tag=tag: signed_in(admin).patch(
                    f"{CARDS}{card.pk}/", {"title": f"By {title}"}, headers={"If-Match": tag}
                )
                for title in range(8)
            ],
            [slowly],
        )

        assert sorted(codes(answers)) == [200] + [412] * 7
        [winner] = [answer for answer in answers if answer.status_code == 200]
        card.refresh_from_db()
        assert (card.title, card.version) == (winner.json()["title"], 2)


def test_whatever_is_done_to_one_card_at_once_each_is_told_what_came_of_it(board, admin):
    for _round in range(4):
        card = CardFactory(board=board)
        address = f"{CARDS}{card.pk}/"
        other = board.columns[1]["id"]
        calls = [
            ("patch", address, {"title": "Changed"}),
            ("patch", address, {"assignees": [str(admin.pk)]}),
            ("post", f"{address}move/", {"column_id": other}),
            ("post", f"{address}move/", {"column_id": board.columns[3]["id"]}),
            ("post", f"{address}archive/", {}),
            ("post", f"{address}unarchive/", {}),
            ("post", f"{CARDS}bulk/", {"change": [{"id": str(card.pk), "priority": "high"}]}),
            ("delete", address, None),
            ("delete", address, None),
        ]
        answers = at_once(
            [
                lambda call=call: getattr(signed_in(admin), call[0])(call[1], call[2])
                for call in calls
            ]
        )

        assert set(codes(answers)) <= {200, 204, 400, 404, 409}
        for answer in answers:
            if answer.status_code == 400:
                # A bulk names the card by a field, where an unknown id is a 400.
                assert list(answer.json()["errors"]) == ["change"]
            if answer.status_code == 409:
                assert answer.json()["code"] == "card_gone"
        assert codes(answers).count(204) == 1
        assert not Card.objects.filter(pk=card.pk).exists()


def test_cards_cross_between_two_boards_both_ways(workspace, admin):
    boards = [BoardFactory(workspace=workspace) for _ in range(2)]
    cards = [CardFactory(board=boards[number % 2]) for number in range(16)]

    def crosser(number):
        def work():
            client = signed_in(admin)
            answers = []
            for turn in range(1, 6):
                target = boards[(number + turn) % 2]
                body = {"board_id": str(target.pk), "column_id": target.columns[turn % 4]["id"]}
                answers.append(client.post(f"{CARDS}{cards[number].pk}/move/", body))
            return answers

        return work

    # Two threads move each card: one of them finds it elsewhere than it was when it looked.
    answers = at_once([crosser(number % 16) for number in range(24)])

    assert [each for each in answers if isinstance(each, Exception)] == []
    answered = itertools.chain.from_iterable(answers)
    assert {answer.status_code for answer in answered} == {200}
    places = Card.objects.values_list("column_id", "position")
    assert len(set(places)) == len(places) == 16
    assert set(Card.objects.values_list("board_id", flat=True)) <= {each.pk for each in boards}


def test_locks_taken_in_another_order_end_in_deadlocks(workspace, admin):
    boards = [BoardFactory(workspace=workspace) for _ in range(2)]

    def naive(source, target):
        with transaction.atomic():
            Board.objects.select_for_update(no_key=True).get(pk=source.pk)
            time.sleep(0.05)
            Board.objects.select_for_update(no_key=True).get(pk=target.pk)

    outcomes = at_once([lambda: naive(*boards), lambda: naive(*reversed(boards))])

    [deadlock] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(deadlock, OperationalError)
    assert deadlock.__cause__.sqlstate == "40P01"


def remove_while_creating(workspace, person, wrappers=()):
    """A column is removed while cards are made in it; (its answer, theirs)."""
    board = BoardFactory(workspace=workspace)
    leaving, staying = board.columns[2]["id"], board.columns[0]["id"]
    body = {"board": str(board.pk), "column_id": leaving, "title": "New"}
    removed, *made = at_once(
        [
            lambda: signed_in(person).delete(
                f"/api/v1/boards/{board.pk}/columns/{leaving}/", {"move_cards_to": staying}
            ),
            *[lambda: signed_in(person).post(CARDS, body)] * 5,
        ],
        wrappers,
    )
    return board, removed, made


def test_a_column_is_removed_while_cards_are_made_in_it(workspace, admin):
    for _round in range(3):
        board, removed, made = remove_while_creating(workspace, admin, [slowly])

        assert removed.status_code == 200
        assert set(codes(made)) <= {201, 400}
        for answer in made:
            assert answer.status_code == 201 or list(answer.json()["errors"]) == ["column_id"]
        board.refresh_from_db()
        assert len(board.columns) == 3
        cards = Card.objects.filter(board=board)
        assert cards.count() == codes(made).count(201)
        assert {str(card.column_id) for card in cards} <= {board.columns[0]["id"]}


def test_without_the_lock_the_removal_fails_or_the_makers_are_told_something_else(workspace, admin):
    def goes_wrong():
        _board, removed, made = remove_while_creating(workspace, admin, [unlocked, slowly])
        return removed.status_code != 200 or any(
            answer.status_code != 201 and list(answer.json()["errors"]) != ["column_id"]
            for answer in made
        )

    assert any(goes_wrong() for _round in range(30))
