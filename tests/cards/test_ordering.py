"""Where cards stand in a column: one total order, kept by writing one row a move."""

import itertools
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cards.models import Card
from cards.ordering import MAX_POSITION, STEP, AnchorGone, Place, column_order, position_at
from cards.services import card_create, card_move
from core.identifiers import uuid7
from core.models import EventLog
from tests.factories import BoardFactory, CardFactory

pytestmark = pytest.mark.django_db


def positions(column_id):
    return list(
        Card.objects.filter(column_id=column_id)
        .order_by("position")
        .values_list("position", flat=True)
    )


def stand(board, *places):
    """Cards at these positions of the board's first column."""
    return [
        CardFactory(board=board, position=position, title=str(place))
        for place, position in enumerate(places)
    ]


def crowd(board, amount, first=0, step=STEP):
    """Many cards of the board's first column, `step` apart, in one statement."""
    return Card.objects.bulk_create(
        Card(
            workspace_id=board.workspace_id,
            board=board,
            column_id=board.columns[0]["id"],
            position=first + step * place,
            title=f"{place}",
            created_by_id=board.workspace.created_by_id,
        )
        for place in range(amount)
    )


def move(card, **place):
    return card_move(
        card=card, actor=None, column_id=card.column_id, place=Place(**place) if place else None
    )


def titles(board):
    cards = Card.objects.filter(column_id=board.columns[0]["id"]).order_by("position")
    return [int(title) for title in cards.values_list("title", flat=True)]


def written():
    """How many cards have an entry of having been moved."""
    return EventLog.objects.filter(entity_type="card", action="card.moved").count()


def test_the_first_card_of_a_column_has_room_on_both_sides(board):
    column_id = uuid.UUID(board.columns[0]["id"])

    assert position_at(column_id=column_id, place=Place(), moving=uuid7(), present=None) == STEP


def test_cards_are_a_step_apart_at_the_ends_and_halfway_in_between(board):
    first, second = stand(board, STEP, 2 * STEP)
    column_id = first.column_id

    def place(**where):
        return position_at(column_id=column_id, place=Place(**where), moving=uuid7(), present=None)

    assert place() == 3 * STEP
    assert place(end="top") == 0
    assert place(after=first.pk) == place(before=second.pk) == STEP + STEP // 2
    assert place(before=first.pk) == 0
    assert place(after=second.pk) == 3 * STEP


@pytest.mark.parametrize(
    ("mover", "place", "order"),
    [
        (0, {"end": "bottom"}, [1, 2, 3, 0]),
        (3, {"end": "top"}, [3, 0, 1, 2]),
        (0, {"after": 1}, [1, 0, 2, 3]),
        (0, {"before": 3}, [1, 2, 0, 3]),
        (3, {"before": 0}, [3, 0, 1, 2]),
        (2, {"after": 3}, [0, 1, 3, 2]),
        (1, {"before": 0}, [1, 0, 2, 3]),
    ],
)
def test_a_card_lands_where_it_is_asked_to_and_one_row_is_written(board, mover, place, order):
    cards = stand(board, 10, 20, 30, 40)
    where = {name: value if name == "end" else cards[value].pk for name, value in place.items()}

    move(cards[mover], **where)

    assert titles(board) == order
    assert written() == 1


@pytest.mark.parametrize(
    ("mover", "place"),
    [
        (0, {"end": "top"}),
        (0, {"before": 1}),
        (2, {"end": "bottom"}),
        (2, {"after": 1}),
        (1, {"after": 0}),
        (1, {"before": 2}),
    ],
)
def test_a_card_that_is_there_already_stays_without_a_write(board, mover, place):
    cards = stand(board, 10, 20, 30)
    where = {name: value if name == "end" else cards[value].pk for name, value in place.items()}

    moved = move(cards[mover], **where)

    assert moved.version == 1
    assert positions(cards[0].column_id) == [10, 20, 30]
    assert written() == 0


def test_an_anchor_elsewhere_is_gone_and_the_order_is_told(board):
    cards = stand(board, 10, 20)
    elsewhere = CardFactory(board=board, column_id=board.columns[1]["id"])

    for anchor in (elsewhere.pk, uuid7(), cards[0].pk):
        with pytest.raises(AnchorGone) as refused:
            move(cards[0], after=anchor)
        assert refused.value.extra["order"] == [str(card.pk) for card in cards]
        assert refused.value.field == "after"
    assert written() == 0


def test_between_two_neighbours_without_room_the_neighbourhood_is_spaced_anew(board):
    column_id = uuid.UUID(board.columns[0]["id"])
    crowd(board, 1000, step=1)
    cards = list(Card.objects.filter(column_id=column_id).order_by("position"))
    mover = CardFactory(board=board, column_id=board.columns[1]["id"], title="1000")
    before = {card.pk: card.position for card in cards}

    card_move(card=mover, actor=None, column_id=column_id, place=Place(after=cards[499].pk))

    assert titles(board) == [*range(500), 1000, *range(500, 1000)]
    changed = sum(
        before[pk] != position
        for pk, position in Card.objects.filter(pk__in=before).values_list("pk", "position")
    )
    # A thousand cards without any room between them: it widens until there is some.
    assert written() == changed + 1 <= 1001


def test_a_used_up_gap_in_a_roomy_column_touches_few(board):
    column_id = uuid.UUID(board.columns[0]["id"])
    cards = crowd(board, 1000)
    Card.objects.filter(pk=cards[500].pk).update(position=cards[499].position + 1)
    mover = CardFactory(board=board, column_id=board.columns[1]["id"], title="1000")

    card_move(card=mover, actor=None, column_id=column_id, place=Place(after=cards[499].pk))

    assert titles(board) == [*range(500), 1000, *range(500, 1000)]
    assert 2 <= written() <= 34
    places = positions(column_id)
    gaps = [after - before for before, after in itertools.pairwise(places)]
    assert min(gaps) >= 256


def test_a_card_of_the_neighbourhood_itself_can_take_the_used_up_gap(board):
    """The others may be given the very position that the moving card had."""
    for mover in range(6):
        Card.objects.all().delete()
        cards = stand(board, 1, 2, 3, 4, STEP * 2, STEP * 3)

        move(cards[mover], **({"before": cards[1].pk} if mover > 1 else {"after": cards[2].pk}))

        order = [place for place in range(6) if place != mover]
        order.insert(1 if mover > 1 else 2, mover)
        assert titles(board) == order


def test_a_hundred_moves_into_one_gap(board):
    column_id = uuid.UUID(board.columns[0]["id"])
    cards = crowd(board, 1000)
    expected = list(range(1000))

    for turn in range(100):
        mover = cards[turn]
        expected.remove(turn)
        expected.insert(expected.index(900), turn)
        card_move(card=mover, actor=None, column_id=column_id, place=Place(before=cards[900].pk))

    assert titles(board) == expected
    # 100 moves, and a respacing of some 33 rows whenever sixteen halvings have used up a gap.
    assert written() <= 100 + 34 * 10


@pytest.mark.parametrize(
    "places",
    [
        [MAX_POSITION],
        [-MAX_POSITION],
        [2**63 - 1],
        [-(2**63)],
        [-(2**63), 2**63 - 1],
        [-(2**63), -(2**63) + 1, 2**63 - 2, 2**63 - 1],
        [MAX_POSITION - 1, MAX_POSITION],
        [-MAX_POSITION, -MAX_POSITION + 1],
        [-1, 0, 1],
    ],
)
@pytest.mark.parametrize("where", ["top", "bottom", "before first", "after last", "middle"])
def test_extreme_positions_leave_room_all_the_same(board, places, where):
    column_id = uuid.UUID(board.columns[0]["id"])
    cards = stand(board, *places)
    mover = CardFactory(board=board, column_id=board.columns[1]["id"], title="99")
    place, index = {
        "top": (Place(end="top"), 0),
        "bottom": (Place(), len(cards)),
        "before first": (Place(before=cards[0].pk), 0),
        "after last": (Place(after=cards[-1].pk), len(cards)),
        "middle": (Place(after=cards[0].pk), 1),
    }[where]

    card_move(card=mover, actor=None, column_id=column_id, place=place)

    expected = list(range(len(cards)))
    expected.insert(index, 99)
    assert titles(board) == expected


def test_at_the_end_of_all_positions_a_full_column_is_not_spaced_anew_as_a_whole(board):
    column_id = uuid.UUID(board.columns[0]["id"])
    crowd(board, 1000, first=MAX_POSITION - 999 * STEP)
    mover = CardFactory(board=board, column_id=board.columns[1]["id"], title="1000")

    card_move(card=mover, actor=None, column_id=column_id, place=Place())

    assert titles(board) == list(range(1001))
    assert written() <= 34


@pytest.mark.parametrize("place", ["bottom", "top", "before", "after"])
def test_a_move_takes_as_many_queries_in_a_column_of_2000_as_in_one_of_10(board, place):
    def queries(amount):
        Card.objects.all().delete()
        cards = crowd(board, amount)
        where = {"end": place} if place in ("bottom", "top") else {place: cards[3].pk}
        mover = cards[6]
        with CaptureQueriesContext(connection) as captured:
            card_move(card=mover, actor=None, column_id=mover.column_id, place=Place(**where))
        return len(captured)

    assert queries(10) == queries(2000)


MOVES = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from(["top", "bottom", "before", "after"]),
        st.integers(0, 11),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=25,
)


class TestRandomMoves(TestCase):
    """Whatever moves are made, a column is the list that a list would be."""

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
    )
    @given(step=st.sampled_from([1, 2, 3, STEP]), moves=MOVES)
    def test_two_columns_stay_equal_to_two_lists(self, step, moves):
        board = BoardFactory()
        actor = board.workspace.created_by
        columns = [uuid.UUID(column["id"]) for column in board.columns[:2]]
        cards = crowd(board, 9, first=-4 * step, step=step)
        cards += [
            card_create(actor=actor, board=board, title=str(place), column_id=columns[1])
            for place in range(3)
        ]
        lists = [[card.pk for card in cards[:9]], [card.pk for card in cards[9:]]]
        for mover, where, beside, target in moves:
            card = cards[mover].pk
            anchor = cards[beside].pk
            if where in ("before", "after") and (anchor == card or anchor not in lists[target]):
                continue
            for each in lists:
                if card in each:
                    each.remove(card)
            index = {
                "top": lambda: 0,
                "bottom": lambda target=target: len(lists[target]),
                "before": lambda target=target, anchor=anchor: lists[target].index(anchor),
                "after": lambda target=target, anchor=anchor: lists[target].index(anchor) + 1,
            }[where]()
            lists[target].insert(index, card)
            place = Place(end=where) if where in ("top", "bottom") else Place(**{where: anchor})
            card_move(
                card=Card.objects.get(pk=card), actor=actor, column_id=columns[target], place=place
            )
        for column_id, expected in zip(columns, lists, strict=True):
            assert column_order(column_id) == [str(pk) for pk in expected]
            assert len(set(positions(column_id))) == len(expected)


def test_a_long_random_walk_in_one_column(board):
    """Three hundred moves from a cramped beginning end in the model's order."""
    cards = {card.pk: card for card in crowd(board, 40, step=1)}
    order = list(cards)
    column_id = uuid.UUID(board.columns[0]["id"])
    for turn in range(300):
        card = order[turn * 17 % 40]
        order.remove(card)
        anchor = order[turn * 31 % 39]
        side = "before" if turn % 3 else "after"
        order.insert(order.index(anchor) + (side == "after"), card)
        card_move(card=cards[card], actor=None, column_id=column_id, place=Place(**{side: anchor}))
    assert column_order(column_id) == [str(pk) for pk in order]
