"""Reading a Trello export: what is broken is refused with the place where it stands."""

import copy
import json
from datetime import UTC, datetime

import pytest

from integrations.trello.document import BrokenExport
from integrations.trello.reader import MAX_BYTES, read
from tests.data.trello import BOARD, TODO, a_board, a_card, a_list, as_bytes, trello_id


def refusal(content):
    with pytest.raises(BrokenExport) as refused:
        read(content)
    return str(refused.value)


def test_a_board_is_read_in_the_order_of_pos():
    board = read(
        as_bytes(
            a_board(
                lists=[a_list(trello_id(12), "Second", 2.5), a_list(TODO, "First", -1)],
                cards=[a_card(21, "Below", pos=7), a_card(22, "Above", pos=0.5)],
            )
        )
    )
    assert [each.name for each in board.lists] == ["First", "Second"]
    assert [card.name for card in board.cards] == ["Above", "Below"]
    assert board.created_at == datetime(2022, 11, 19, 19, 21, 54, tzinfo=UTC)
    assert board.id == BOARD


def test_what_has_no_home_is_counted():
    board = read(
        as_bytes(
            a_board(
                desc="What this is about",
                customFields=[{}],
                cards=[
                    a_card(
                        21,
                        idMembersVoted=[trello_id(31)],
                        stickers=[{}],
                        start="2026-11-02T09:00:00.000Z",
                    )
                ],
            )
        )
    )
    assert board.left_out == {
        "board descriptions": 1,
        "custom fields": 1,
        "start dates": 1,
        "stickers": 1,
        "votes": 1,
    }


def test_a_label_that_only_a_card_tells_of_is_known():
    label = {"id": trello_id(41), "name": "Old", "color": "sky"}
    card = a_card(21, labels=[label])
    del card["idLabels"]
    board = read(as_bytes(a_board(cards=[card])))
    assert board.cards[0].label_ids == (label["id"],)
    assert board.labels[label["id"]].color == "sky"


def test_what_is_null_is_left_out():
    card = a_card(21, desc=None, closed=None, dateLastActivity=None, idLabels=None, idMembers=None)
    read_card = read(as_bytes(a_board(cards=[card]))).cards[0]
    assert (read_card.description, read_card.closed, read_card.active_at) == ("", False, None)


def test_a_byte_order_mark_is_passed_over():
    assert read(b"\xef\xbb\xbf" + as_bytes(a_board())).name == "Launch"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "this is not JSON"),
        (b"Name,List\nA,B", "this is not JSON: unexpected character"),
        (as_bytes(a_board())[:-40], "this is not JSON: unexpected end of data: line 1 column"),
        (b'{"id": NaN}', "this is not JSON"),
        (b'{"id": 1e999}', "this is not JSON"),
        (b'{"id": "\\ud800"}', "this is not JSON: no low surrogate in string: line 1 column"),
        (b'{"id": "\xff"}', "this is not JSON: str is not valid UTF-8"),
        (b"[" * 100_000, "this is not JSON: depth limit exceeded"),
        (b"[]", "expected an object, found an array"),
        (b"null", "expected an object, found nothing"),
        (b" " * (MAX_BYTES + 1), "the file is larger than 32 MiB"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_is_not_an_export_is_refused(content, message):
    assert refusal(content).startswith(message)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("id", 5, "id: expected text, found a number"),
        ("id", "5a15", "id: expected an id of 24 hexadecimal digits"),
        ("id", None, "id: expected an id of 24 hexadecimal digits"),
        ("name", ["x"], "name: expected text, found an array"),
        ("lists", {}, "lists: expected an array, found an object"),
        ("lists.0", "x", "lists[0]: expected an object, found text"),
        ("lists.1.pos", "top", "lists[1].pos: expected a number, found text"),
        ("lists.1.pos", True, "lists[1].pos: expected a number, found true or false"),
        ("lists.1.pos", None, "lists[1].pos: expected a number, found nothing"),
        ("lists.1.closed", 0, "lists[1].closed: expected true or false, found a number"),
        ("lists.1.id", TODO, "lists[1].id: the same id stands here for the second time"),
        ("cards", 3, "cards: expected an array, found a number"),
        ("cards.0.id", "z" * 24, "cards[0].id: expected an id of 24 hexadecimal digits"),
        ("cards.1.id", trello_id(21), "cards[1].id: the same id stands here for the second time"),
        ("cards.0.idList", trello_id(99), "cards[0].idList: the export has no list of this id"),
        ("cards.0.name", "a\0b", "cards[0].name: holds a NUL character"),
        ("cards.1.desc", {}, "cards[1].desc: expected text, found an object"),
        ("cards.1.due", "tomorrow", "cards[1].due: expected a time such as 2026-11-02T09:00:00Z"),
        (
            "cards.1.due",
            "0001-01-01T00:00:00+14:00",
            "cards[1].due: expected a time such as 2026-11-02T09:00:00Z",
        ),
        ("cards.0.idLabels", "red", "cards[0].idLabels: expected an array, found text"),
        (
            "cards.0.idLabels",
            [trello_id(98)],
            "cards[0].idLabels[0]: the export has no label of this id",
        ),
        ("cards.0.labels", [7], "cards[0].labels[0]: expected an object, found a number"),
        ("cards.0.idMembers", [None], "cards[0].idMembers[0]: expected an id of 24 hexadecimal"),
        ("cards.0.attachments", 1, "cards[0].attachments: expected an array, found a number"),
        ("labels", [{"id": 1}], "labels[0].id: expected text, found a number"),
        ("members", [[]], "members[0]: expected an object, found an array"),
        (
            "members",
            [{"id": trello_id(31), "fullName": 1.5}],
            "members[0].fullName: expected text, found a number",
        ),
        ("checklists", ["x"], "checklists[0]: expected an object, found text"),
        ("checklists", [{}], "checklists[0].id: is missing"),
        ("checklists", [{"id": trello_id(61)}], "checklists[0].idCard: is missing"),
        (
            "checklists",
            [{"id": trello_id(61), "idCard": trello_id(21), "pos": 1, "checkItems": 1}],
            "checklists[0].checkItems: expected an array",
        ),
        (
            "checklists",
            [{"id": trello_id(61), "idCard": trello_id(21), "pos": 1, "checkItems": [{}]}],
            "checklists[0].checkItems[0].id: is missing",
        ),
        ("cards.0.attachments", [{"name": "x"}], "cards[0].attachments[0].id: is missing"),
        ("actions", [{"type": "commentCard"}], "actions[0].data: is missing"),
        (
            "actions",
            [{"type": "commentCard", "id": trello_id(91), "data": {"card": {}, "text": "x"}}],
            "actions[0].data.card.id: is missing",
        ),
        (
            "actions",
            [{"type": "updateCheckItemStateOnCard", "data": {}}],
            "actions[0].data.checkItem: is missing",
        ),
        ("actions", [5], "actions[0]: expected an object, found a number"),
        ("actions", [{"type": False}], "actions[0].type: expected text, found true or false"),
    ],
)
def test_a_broken_place_is_named(path, value, message):
    document = a_board(cards=[a_card(21), a_card(22)])
    target = document
    *parents, last = path.split(".")
    for step in parents:
        target = target[int(step) if step.isdigit() else step]
    target[int(last) if last.isdigit() else last] = value
    assert refusal(json.dumps(document).encode()).startswith(message)


@pytest.mark.parametrize(
    ("holder", "key", "path"),
    [
        ((), "id", "id"),
        ((), "name", "name"),
        ((), "lists", "lists"),
        ((), "cards", "cards"),
        (("lists", 0), "pos", "lists[0].pos"),
        (("cards", 0), "id", "cards[0].id"),
        (("cards", 0), "idList", "cards[0].idList"),
        (("cards", 0), "name", "cards[0].name"),
        (("cards", 0), "pos", "cards[0].pos"),
    ],
)
def test_a_missing_part_is_named(holder, key, path):
    document = copy.deepcopy(a_board(cards=[a_card(21)]))
    target = document
    for step in holder:
        target = target[step]
    del target[key]
    assert refusal(as_bytes(document)) == f"{path}: is missing"


@pytest.mark.parametrize("key", ["labels", "members", "checklists", "actions", "desc"])
def test_other_parts_may_be_missing(key):
    document = a_board(cards=[a_card(21)])
    del document[key]
    assert len(read(as_bytes(document)).cards) == 1
