"""What answers are made of is read as Django reads it, only sooner."""

import pytest
from django.db import connection

from cards.api.serializers import CardRows
from cards.models import Card

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "number",
    ["123456789012345678901234567890", "-9223372036854775809", "18446744073709551615", "1.10", "7"],
)
def test_json_has_the_numbers_that_django_finds_in_it(card, number):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cards SET metadata = metadata || jsonb_build_object('number', %s::numeric)"
            " WHERE id = %s",
            [number, card.pk],
        )
    card.refresh_from_db()
    (listed,) = CardRows.read(Card.objects.filter(pk=card.pk))
    alone = CardRows.read_one(Card, card.pk)
    for row in (listed, alone):
        assert row["metadata"] == card.metadata
        assert type(row["metadata"]["number"]) is type(card.metadata["number"])
