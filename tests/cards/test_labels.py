"""Labels: on one board a name, whatever its case, has one id and one color."""

import re

import pytest

from cards.models import BoardLabel, Card
from cards.services.labels import PALETTE
from tests.factories import BoardFactory, CardFactory
from tests.watching import signed

CARDS = "/api/v1/cards/"
BUG = {"id": "bug-1", "name": "Bug", "color": "#b42318"}


@pytest.fixture
def make(as_member, board):
    """`make({"name": "Bug"}, …)`: the answer to a new card with these labels."""

    def made(*labels, **body):
        return as_member.post(
            CARDS,
            {
                "board": str(board.pk),
                "title": "A card",
                "metadata": {"labels": list(labels)},
                **body,
            },
        )

    return made


@pytest.fixture
def address(board):
    return f"/api/v1/boards/{board.pk}/labels/"


def labels(answer):
    return answer.json()["metadata"]["labels"]


def stored():
    return [card.metadata["labels"] for card in Card.objects.order_by("number")]


def test_id_and_color_of_a_new_label_are_filled_in(make):
    [label] = labels(make({"name": " Bug "}))

    assert set(label) == {"id", "name", "color"}
    assert label["name"] == "Bug"
    assert re.fullmatch(r"[0-9a-f-]{36}", label["id"])
    assert label["color"] in PALETTE


def test_a_label_that_the_board_knows_gets_its_id_and_color(make):
    make(BUG)

    assert labels(make({"name": "Bug"})) == [BUG]
    assert labels(make({"name": "bug"})) == [{**BUG, "name": "bug"}]
    assert labels(make({"name": "BUG", "color": "#B42318"})) == [{**BUG, "name": "BUG"}]
    assert labels(make({"name": "Bug", "id": "bug-1"})) == [BUG]


@pytest.mark.parametrize("name", ["Ошибка", "ΟΔΌΣ", "İstanbul", "Straße", "ẞ"])
def test_names_of_every_script_are_known_again_whatever_the_case(make, name):
    [label] = labels(make({"name": name}))

    assert labels(make({"name": name})) == [label]
    [lower] = labels(
        make(
            {
                "name": Card.objects.raw(
                    "SELECT id, lower(metadata #>> '{labels,0,name}') AS lowered FROM cards LIMIT 1"
                )[0].lowered
            }
        )
    )
    assert (lower["id"], lower["color"]) == (label["id"], label["color"])


@pytest.mark.parametrize(
    "label",
    [
        {"name": "Bug", "id": "bug-2"},
        {"name": "bug", "id": "bug-2", "color": "#b42318"},
        {"name": "Bug", "color": "#000000"},
        {"name": "Defect", "id": "bug-1"},
    ],
)
def test_what_contradicts_the_board_is_refused(make, as_member, watch, label):
    make(BUG)
    card = make({"name": "Other"}).json()
    watch.restart()

    created = make(label)
    changed = as_member.patch(f"{CARDS}{card['id']}/", {"metadata": {"labels": [label]}})

    for answer in (created, changed):
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == ["metadata"]
    assert watch.entries() == []
    assert Card.objects.count() == 2


@pytest.mark.parametrize(
    "given",
    [
        {"labels": "Bug"},
        {"labels": ["Bug"]},
        {"labels": [{}]},
        {"labels": [{"name": ""}]},
        {"labels": [{"name": "  "}]},
        {"labels": [{"name": "x" * 51}]},
        {"labels": [{"name": None}]},
        {"labels": [{"name": "Bug", "color": "red"}]},
        {"labels": [{"name": "Bug", "color": "#12345"}]},
        {"labels": [{"name": "Bug", "color": "#12345g"}]},
        {"labels": [{"name": "Bug", "color": None}]},
        {"labels": [{"name": "Bug", "id": ""}]},
        {"labels": [{"name": "Bug", "id": "with space"}]},
        {"labels": [{"name": "Bug", "id": "x" * 65}]},
        {"labels": [{"name": "Bug", "id": 7}]},
        {"labels": [{"name": "Bug", "size": 3}]},
        {"labels": [{"name": "Bug"}, {"name": "bug"}]},
        {"labels": [{"name": "Bug", "id": "one"}, {"name": "Defect", "id": "one"}]},
        [],
        "labels",
        None,
    ],
)
def test_malformed_labels_are_refused(as_member, board, watch, given):
    answer = as_member.post(CARDS, {"board": str(board.pk), "title": "A card", "metadata": given})

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["metadata"]
    assert not Card.objects.exists()
    assert watch.entries() == []


def test_other_boards_have_labels_of_their_own(make, board, as_member):
    second = BoardFactory(workspace=board.workspace)
    make(BUG)

    answer = make({"name": "Bug", "id": "another", "color": "#000000"}, board=str(second.pk))

    assert answer.status_code == 201
    assert labels(answer) == [{"id": "another", "name": "Bug", "color": "#000000"}]


def test_a_label_that_nobody_has_any_more_can_mean_something_else(make, as_member):
    card = make(BUG).json()
    as_member.patch(f"{CARDS}{card['id']}/", {"metadata": {"labels": []}})

    assert labels(make({"name": "Bug"})) == [BUG]
    Card.objects.all().delete()
    redefined = {"id": "bug-2", "name": "bug", "color": "#000000"}
    assert labels(make(redefined)) == [redefined]
    assert BoardLabel.objects.get().label_id == "bug-2"


def test_the_only_card_with_a_label_can_redefine_it(make, as_member):
    card = make(BUG).json()
    other_color = {**BUG, "color": "#000000"}

    answer = as_member.patch(f"{CARDS}{card['id']}/", {"metadata": {"labels": [other_color]}})

    assert (answer.status_code, labels(answer)) == (200, [other_color])


def test_the_labels_in_use_are_listed_with_counts(make, as_member, address, board, fill, columns):
    make(BUG)
    make({"name": "bug"}, column_id=columns[2])
    make({"name": "api", "id": "api-1", "color": "#1570A8"}, {"name": "Bug"})
    CardFactory(board=board, metadata={"labels": [BUG]}, archived_at="2026-11-01T00:00:00Z")

    answer = as_member.get(address)

    assert answer.status_code == 200
    assert answer.json() == [
        {"id": "api-1", "name": "api", "color": "#1570a8", "cards": 1},
        {**BUG, "name": answer.json()[1]["name"], "cards": 4},
    ]
    assert answer.json()[1]["name"].lower() == "bug"


def test_a_label_is_renamed_and_recolored_over_the_whole_board(
    make, as_member, member, address, other_card, watch
):
    make(BUG, {"name": "Later", "id": "later", "color": "#475467"})
    make({"name": "bug"})
    make({"name": "Later"})
    watch.restart()

    answer = as_member.patch(f"{address}bug-1/", {"name": " Defect ", "color": "#C11574"})

    defect = {"id": "bug-1", "name": "Defect", "color": "#c11574"}
    later = {"id": "later", "name": "Later", "color": "#475467"}
    assert answer.status_code == 200
    assert answer.json() == [{**defect, "cards": 2}, {**later, "cards": 2}]
    assert stored() == [[], [defect, later], [defect], [later]]
    entries = watch.entries()
    assert [signed(entry) for entry in entries] == [("label.updated", member.pk, "api")] * 2
    assert {entry.entity_type for entry in entries} == {"card"}
    assert list(Card.objects.order_by("number").values_list("version", flat=True)) == [1, 2, 2, 1]
    assert labels(make({"name": "DEFECT"})) == [{**defect, "name": "DEFECT"}]


def test_a_label_keeps_what_is_not_named(make, as_member, address):
    make(BUG)

    assert as_member.patch(f"{address}bug-1/", {"color": "#000000"}).json() == [
        {"id": "bug-1", "name": "Bug", "color": "#000000", "cards": 1}
    ]
    assert as_member.patch(f"{address}bug-1/", {"name": "BUG"}).json() == [
        {"id": "bug-1", "name": "BUG", "color": "#000000", "cards": 1}
    ]


def test_a_change_to_the_same_changes_nothing(make, as_member, address, watch):
    make(BUG)
    watch.restart()

    for body in ({}, {"name": "Bug"}, {"color": "#B42318"}):
        assert as_member.patch(f"{address}bug-1/", body).status_code == 200
    assert watch.entries() == []


def test_a_name_that_another_label_has_is_taken(make, as_member, address, watch):
    make(BUG, {"name": "Later", "id": "later"})
    watch.restart()

    answer = as_member.patch(f"{address}later/", {"name": "bUG"})

    assert (answer.status_code, answer.json()["code"]) == (409, "label_name_taken")
    assert list(answer.json()["errors"]) == ["name"]
    assert watch.entries() == []


def test_a_name_that_no_card_has_any_more_is_free(make, as_member, address):
    old = make(BUG).json()
    make({"name": "Later", "id": "later", "color": "#475467"})
    as_member.delete(f"{CARDS}{old['id']}/")

    answer = as_member.patch(f"{address}later/", {"name": "Bug"})

    assert answer.status_code == 200
    assert answer.json() == [{"id": "later", "name": "Bug", "color": "#475467", "cards": 1}]
    assert labels(make({"name": "bug"})) == [{"id": "later", "name": "bug", "color": "#475467"}]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"name": None}, "name"),
        ({"color": "red"}, "color"),
        ({"color": None}, "color"),
        ({"id": "bug-2"}, "id"),
    ],
)
def test_a_bad_change_is_refused(make, as_member, address, watch, body, field):
    make(BUG)
    watch.restart()

    answer = as_member.patch(f"{address}bug-1/", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert watch.entries() == []


def test_a_label_that_is_not_in_use_is_not_there(make, as_member, board, address, watch):
    second = BoardFactory(workspace=board.workspace)
    make({"name": "Foreign", "id": "foreign"}, board=str(second.pk))
    stale = make(BUG).json()
    as_member.delete(f"{CARDS}{stale['id']}/")
    watch.restart()

    for label_id in ("unknown", "foreign", "bug-1"):
        answer = as_member.patch(f"{address}{label_id}/", {"name": "Mine"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert watch.entries() == []


def test_cards_are_found_by_a_labels_id_or_name(make, as_member, board, client_of, outsider):
    second = BoardFactory(workspace=board.workspace)
    first = make(BUG, title="first").json()
    make({"name": "bug"}, title="second")
    make({"name": "Later"}, title="third")
    make({"name": "Bug", "id": "elsewhere"}, title="fourth", board=str(second.pk))

    def found(client=as_member, **query):
        return [row["title"] for row in client.get(CARDS, query).json()["results"]]

    assert found(label="bug-1") == ["first", "second"]
    assert found(label="BUG") == ["first", "second", "fourth"]
    assert found(label="bug", board=str(board.pk)) == ["first", "second"]
    assert found(label="elsewhere") == ["fourth"]
    assert found(label="bu") == []
    assert found(client_of(outsider), label="bug-1") == []
    as_member.patch(f"{CARDS}{first['id']}/", {"metadata": {"labels": None}})
    assert found(label="Bug", board=str(board.pk)) == ["second"]
