"""Small Trello exports for the tests."""

import orjson

from cards.models import Card


def trello_id(number, second="63792cd2"):
    """A Trello id, made at that second: the first eight digits are the time."""
    return f"{second}{number:016x}"


BOARD = trello_id(1)
TODO, DOING, DONE = trello_id(11), trello_id(12), trello_id(13)


def a_list(identifier, name, pos, **more):
    return {"id": identifier, "name": name, "closed": False, "pos": pos, **more}


def a_card(number, name="A card", list_id=TODO, pos=None, **more):
    return {
        "id": trello_id(number),
        "idList": list_id,
        "name": name,
        "pos": number if pos is None else pos,
        "desc": "",
        "closed": False,
        "due": None,
        "dateLastActivity": "2022-12-10T19:09:16.967Z",
        "idLabels": [],
        "idMembers": [],
        "shortUrl": f"https://trello.com/c/{number}",
        **more,
    }


def a_board(**more):
    """An export as a dictionary: three lists, no cards, unless said otherwise."""
    return {
        "id": BOARD,
        "name": "Launch",
        "desc": "",
        "lists": [
            a_list(TODO, "To do", 1),
            a_list(DOING, "Doing", 2),
            a_list(DONE, "Done", 3),
        ],
        "cards": [],
        "labels": [],
        "members": [],
        "checklists": [],
        "actions": [],
        **more,
    }


def as_bytes(document):
    return orjson.dumps(document)


def cards_of(board, *fields):
    """These fields of the board's cards, column by column from the top."""
    return list(
        Card.objects.filter(board=board)
        .order_by("column__position", "position")
        .values_list(*fields)
    )
