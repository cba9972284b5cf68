"""Many cards at once: all or nothing, one action in the log, errors by name and index."""

import pytest
from django.core.exceptions import ValidationError

from cards.models import Card
from cards.services.bulk import _named
from tests.factories import BoardFactory, SprintFactory
from tests.watching import signed

BULK = "/api/v1/cards/bulk/"
CARDS = "/api/v1/cards/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"
LISTS = ["create", "change", "move", "archive", "unarchive"]


def state():
    """Everything that a bulk could have changed."""
    return list(
        Card.objects.order_by("number").values_list(
            "id", "title", "column_id", "position", "archived_at", "version", "metadata"
        )
    )


def found(errors, *path):
    """The messages at a path of names and indexes."""
    for name in path:
        errors = errors[name]
    return errors


def test_every_list_is_carried_out_and_answered_by_its_name(
    as_member, member, board, columns, fill, order_of, watch
):
    changed, moved, _first, away = fill(columns[0], "changed", "moved", "first", "away")
    [back] = fill(columns[0], "back", archived_at="2026-11-01T00:00:00Z")
    watch.restart()

    answer = as_member.post(
        BULK,
        {
            "create": [
                {"board": str(board.pk), "title": "new"},
                {"board": str(board.pk), "title": "done", "column_id": columns[3]},
            ],
            "change": [{"id": str(changed.pk), "priority": "high", "assignees": [str(member.pk)]}],
            "move": [{"id": str(moved.pk), "column_id": columns[1], "place": "top"}],
            "archive": [str(away.pk)],
            "unarchive": [str(back.pk)],
        },
    )

    assert answer.status_code == 200
    done = answer.json()
    assert list(done) == LISTS
    assert [card["title"] for card in done["create"]] == ["new", "done"]
    assert done["create"][1]["completed_at"] is not None
    assert done["change"][0]["priority"] == "high"
    assert done["change"][0]["assignees"] == [str(member.pk)]
    assert done["move"][0]["column_id"] == columns[1]
    assert done["archive"][0]["archived_at"] is not None
    assert done["unarchive"][0]["archived_at"] is None
    assert order_of(columns[0]) == ["changed", "first", "away", "back", "new"]
    for cards in done.values():
        for card in cards:
            assert as_member.get(f"{CARDS}{card['id']}/").json() == card
    entries = watch.entries()
    assert {signed(entry) for entry in entries} == {("cards.bulk", member.pk, "api")}
    assert len({entry.action_id for entry in entries}) == 1
    assert [entry.entity_type for entry in entries].count("card") == 6


def test_nothing_to_do_is_done(as_member, workspace, watch):
    for body in ({}, {name: [] for name in LISTS}):
        answer = as_member.post(BULK, body)
        assert (answer.status_code, answer.json()) == (200, {name: [] for name in LISTS})
    assert watch.entries() == []


def test_the_same_card_can_stand_in_several_lists_and_twice_in_one(as_member, fill, columns):
    [card] = fill(columns[0], "A")
    same = {"id": str(card.pk), "version": 1}

    answer = as_member.post(
        BULK,
        {
            "change": [
                {**same, "metadata": {"a": 1}},
                {**same, "title": "B", "metadata": {"b": 2}},
            ],
            "move": [
                {**same, "column_id": columns[3]},
                {**same, "column_id": columns[1]},
            ],
            "archive": [str(card.pk)],
            "unarchive": [str(card.pk)],
        },
    )

    assert answer.status_code == 200
    [only] = answer.json()["unarchive"]
    assert answer.json()["change"] == [only, only]
    assert answer.json()["move"] == [only, only]
    assert (only["title"], only["column_id"]) == ("B", columns[1])
    assert only["metadata"] == {"labels": [], "a": 1, "b": 2}
    assert (only["completed_at"], only["archived_at"]) == (None, None)


def test_cards_land_one_after_another(as_member, board, columns, fill, order_of):
    cards = fill(columns[0], *"ABCDE")
    anchor = fill(columns[1], "X", "Y")[0]

    as_member.post(
        BULK,
        {
            "move": [
                {"id": str(card.pk), "column_id": columns[1], "after": str(after)}
                for card, after in zip(
                    cards, [anchor.pk, *[card.pk for card in cards]], strict=False
                )
            ]
        },
    )

    assert order_of(columns[1]) == ["X", *"ABCDE", "Y"]


@pytest.fixture
def scene(board, columns, fill, other_card, sprint):
    """Three cards, and items that go well beside the one that doesn't."""
    one, two, three = fill(columns[0], "one", "two", "three")
    elsewhere = SprintFactory(board=BoardFactory(workspace=board.workspace))
    return {
        "board": str(board.pk),
        "one": str(one.pk),
        "two": str(two.pk),
        "three": str(three.pk),
        "foreign": str(other_card.pk),
        "elsewhere": str(elsewhere.pk),
        "columns": columns,
        "good": {
            "create": [{"board": str(board.pk), "title": "new"}],
            "change": [{"id": str(one.pk), "title": "changed"}],
            "move": [{"id": str(two.pk), "column_id": columns[1]}],
            "archive": [str(three.pk)],
        },
    }


# What goes wrong, in which list, and where beneath its index the error stands.
FAULTS = {
    "a title is missing": ("create", lambda s: {"board": s["board"]}, ["title"]),
    "a board is unknown": ("create", lambda s: {"board": UNKNOWN, "title": "x"}, ["board"]),
    "a column is another board's": (
        "create",
        lambda s: {"board": s["board"], "title": "x", "column_id": UNKNOWN},
        ["column_id"],
    ),
    "a sprint is another board's": (
        "create",
        lambda s: {"board": s["board"], "title": "x", "sprint": s["elsewhere"]},
        ["sprint"],
    ),
    "a changed card is unknown": ("change", lambda s: {"id": UNKNOWN, "title": "x"}, ["id"]),
    "a changed card is foreign": ("change", lambda s: {"id": s["foreign"], "title": "x"}, ["id"]),
    "a changed card has no id": ("change", lambda s: {"title": "x"}, ["id"]),
    "a value is wrong": ("change", lambda s: {"id": s["one"], "priority": "x"}, ["priority"]),
    "a field is unknown": ("change", lambda s: {"id": s["one"], "titel": "x"}, ["titel"]),
    "a field is the server's": ("change", lambda s: {"id": s["one"], "number": 9}, ["number"]),
    "a changed sprint is another board's": (
        "change",
        lambda s: {"id": s["one"], "sprint": s["elsewhere"]},
        ["sprint"],
    ),
    "a moved card is foreign": (
        "move",
        lambda s: {"id": s["foreign"], "column_id": s["columns"][0]},
        ["id"],
    ),
    "a column is unknown": (
        "move",
        lambda s: {"id": s["one"], "column_id": UNKNOWN},
        ["column_id"],
    ),
    "two places are named": (
        "move",
        lambda s: {"id": s["one"], "column_id": s["columns"][1], "after": UNKNOWN, "place": "top"},
        ["place"],
    ),
    "an archived card is foreign": ("archive", lambda s: s["foreign"], []),
    "an archived card is malformed": ("archive", lambda s: "x", []),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_undoes_all_and_is_named_by_list_and_index(as_member, scene, watch, fault):
    name, item, field = FAULTS[fault]
    body = {**scene["good"], name: [*scene["good"][name], item(scene)]}
    before = state()
    watch.restart()

    answer = as_member.post(BULK, body)

    assert answer.status_code == 400
    assert found(answer.json()["errors"], name, "1", *field)
    assert state() == before
    assert watch.entries() == []


def test_a_refused_rule_is_named_by_list_and_index(as_member, scene, watch):
    body = {
        **scene["good"],
        "move": [
            *scene["good"]["move"],
            {"id": scene["one"], "column_id": scene["columns"][1], "after": UNKNOWN},
        ],
    }
    before = state()
    watch.restart()

    answer = as_member.post(BULK, body)

    assert (answer.status_code, answer.json()["code"]) == (409, "anchor_gone")
    assert (answer.json()["list"], answer.json()["index"]) == ("move", 1)
    assert found(answer.json()["errors"], "move", "1", "after")
    # The order that the card would have met: the first move of this bulk is in it.
    assert answer.json()["order"] == [scene["two"]]
    assert state() == before
    assert watch.entries() == []


def test_a_label_that_contradicts_is_named_by_list_and_index(as_member, scene, watch):
    label = {"id": "bug", "name": "Bug", "color": "#b42318"}
    create = [
        {"board": scene["board"], "title": "x", "metadata": {"labels": [label]}},
        {"board": scene["board"], "title": "y", "metadata": {"labels": [{**label, "id": "b"}]}},
    ]
    before = state()
    watch.restart()

    answer = as_member.post(BULK, {"create": create})

    assert answer.status_code == 400
    assert found(answer.json()["errors"], "create", "1", "metadata")
    assert state() == before
    assert watch.entries() == []


@pytest.mark.parametrize("name", ["change", "move"])
def test_a_stale_version_undoes_all(as_member, as_admin, admin, scene, watch, name):
    as_admin.patch(f"{CARDS}{scene['one']}/", {"description": "By the admin"})
    item = {"id": scene["one"], "version": 1, "column_id": scene["columns"][2]}
    if name == "change":
        item = {"id": scene["one"], "version": 1, "title": "x"}
    before = state()
    watch.restart()

    answer = as_member.post(BULK, {**scene["good"], name: [*scene["good"][name], item]})

    assert (answer.status_code, answer.json()["code"]) == (412, "stale_version")
    assert (answer.json()["list"], answer.json()["index"]) == (name, 1)
    assert answer.json()["current"]["description"] == "By the admin"
    assert answer.json()["changed_by"] == {"id": str(admin.pk), "name": "Ada Admin"}
    assert state() == before
    assert watch.entries() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"create": {}}, "create"),
        ({"create": None}, "create"),
        ({"archive": "x"}, "archive"),
        ({"delete": []}, "delete"),
        ({"change": ["x"]}, "change"),
    ],
)
def test_a_malformed_bulk_is_refused(as_member, board, watch, body, field):
    answer = as_member.post(BULK, body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert watch.entries() == []


def test_a_list_of_ids_names_no_card_twice(as_member, scene, watch):
    answer = as_member.post(BULK, {"archive": [scene["one"]] * 2})

    assert (answer.status_code, list(answer.json()["errors"]["archive"])) == (400, ["1"])
    assert watch.entries() == []


def test_five_hundred_cards_and_no_more(as_member, board, watch):
    new = {"board": str(board.pk), "title": "x"}
    watch.restart()

    for body in (
        {"create": [new] * 501},
        {"create": [new] * 300, "change": [{"id": UNKNOWN}] * 201},
        {"archive": [UNKNOWN] * 501},
    ):
        assert as_member.post(BULK, body).status_code == 400
    assert not Card.objects.exists()
    assert watch.entries() == []

    answer = as_member.post(BULK, {"create": [new] * 500})
    assert answer.status_code == 200
    assert [card["number"] for card in answer.json()["create"]] == list(range(1, 501))
    assert len({entry.action_id for entry in watch.entries()}) == 1


def test_cards_of_several_boards_and_workspaces_in_one_bulk(
    client_of, member_of_both, card, other_card, board, other_board
):
    client = client_of(member_of_both)

    answer = client.post(
        BULK,
        {
            "create": [
                {"board": str(each.pk), "title": "new"} for each in (board, other_board, board)
            ],
            "change": [{"id": str(each.pk), "title": "both"} for each in (card, other_card)],
        },
    )

    assert answer.status_code == 200
    assert [each["key"] for each in answer.json()["create"]] == ["ACME-2", "OTHER-2", "ACME-3"]


def test_a_bulk_is_repeated_by_its_key_without_being_done_again(as_member, board):
    body = {"create": [{"board": str(board.pk), "title": "x"}]}
    headers = {"Idempotency-Key": "bulk"}

    first, again = (as_member.post(BULK, body, headers=headers) for _ in range(2))

    assert first.json() == again.json()
    assert Card.objects.count() == 1


def test_to_an_outsider_no_card_of_it_is_there(as_outsider, scene, watch):
    answer = as_outsider.post(BULK, {"archive": [scene["one"]]})
    unknown = as_outsider.post(BULK, {"archive": [UNKNOWN]})

    assert answer.status_code == unknown.status_code == 400
    assert answer.json()["errors"] == unknown.json()["errors"]
    assert Card.objects.filter(archived_at__isnull=False).count() == 0
    assert watch.entries() == []


def test_a_refusal_without_a_field_names_the_item():
    with pytest.raises(ValidationError) as refused, _named("move", 3):
        raise ValidationError("Not like this.")
    assert refused.value.message_dict == {"move.3": ["Not like this."]}
