"""Finding a card by its key."""

import pytest

from cards.models import Card
from tests.factories import BoardFactory, CardFactory

CARDS = "/api/v1/cards/"


@pytest.fixture
def numbered(board):
    return CardFactory(board=board, number=42)


@pytest.mark.parametrize("key", ["ACME-42", "acme-42", "Acme-42"])
def test_a_card_is_found_by_its_key_whatever_the_case(as_member, numbered, key):
    by_key = as_member.get(f"{CARDS}{key}/")

    assert by_key.status_code == 200
    assert by_key.json() == as_member.get(f"{CARDS}{numbered.pk}/").json()
    assert by_key.json()["key"] == "ACME-42"


def test_a_key_names_a_card_for_life(as_member, board, numbered):
    second = BoardFactory(workspace=board.workspace)
    as_member.post(
        f"{CARDS}ACME-42/move/", {"board_id": str(second.pk), "column_id": second.columns[0]["id"]}
    )

    assert as_member.get(f"{CARDS}ACME-42/").json()["id"] == str(numbered.pk)
    as_member.delete(f"{CARDS}ACME-42/")
    assert as_member.get(f"{CARDS}ACME-42/").status_code == 404
    assert CardFactory(board=board).number == 43


@pytest.mark.parametrize(
    "reference",
    [
        "ACME-41",
        "ACME-0",
        "ACME-042",
        "ACME--42",
        "ACME-",
        "-42",
        "42",
        "ACME42",
        "ACME-4294967338",
        "ACME-99999999999999999999",
        "ACME-2147483648",
        "ACME-٤٢",
        "ACME-4²",
        "OTHER-1",
        "NOBODY-42",
        "A" * 36,
        "%00",
        "019ab000-0000-7000-8000-000000000000",
    ],
)
def test_what_names_no_card_of_ones_own_is_not_there(
    as_member, numbered, other_card, watch, reference
):
    assert other_card.number == 1

    for answer in (
        as_member.get(f"{CARDS}{reference}/"),
        as_member.patch(f"{CARDS}{reference}/", {"title": "Mine"}),
        as_member.delete(f"{CARDS}{reference}/"),
        as_member.post(f"{CARDS}{reference}/archive/"),
    ):
        assert answer.status_code == 404
        assert answer.json()["code"] == "not_found"
    assert watch.entries() == []


@pytest.mark.parametrize("reference", ["ACME-4²", "A" * 36, "ACME-" + "9" * 400, "", "-", "²"])
def test_a_reference_that_is_none_finds_nothing(numbered, reference):
    assert not Card.objects.with_reference(reference).exists()
