"""`manage.py loaddata`: large fixtures in batches, with Django's own meaning."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cards.models import Card
from core.identifiers import uuid7
from core.management.commands.loaddata import BATCH
from core.models import EventLog
from samples.seeding.rows import Shape
from samples.seeding.services import installation_seed
from tests.factories import CardFactory
from tests.samples.test_seed import LOGGED, UNTIL
from tests.watching import all_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    def carry_out(rows, **options):
        file = tmp_path / "rows.json"
        file.write_text(json.dumps(rows))
        call_command("loaddata", str(file), verbosity=0, **options)

    return carry_out


def card_row(board, position, **fields):
    return {
        "model": "cards.card",
        "pk": str(uuid7()),
        "fields": {
            "workspace": str(board.workspace_id),
            "board": str(board.pk),
            "column": board.columns[0]["id"],
            "position": position,
            "title": f"Card {position}",
            "created_by": str(board.workspace.created_by_id),
            **fields,
        },
    }


def test_a_dumped_installation_comes_back_whole_with_one_entry_a_row(tmp_path):
    dump, entities = tmp_path / "all.json", []
    with transaction.atomic():
        written = installation_seed(shape=Shape.of(300, boards=3), until=UNTIL)
        models = [model._meta.label for model in LOGGED.values()]
        call_command("dumpdata", *models, output=str(dump), verbosity=0)
        rows = list(Card.objects.order_by("pk").values())
        transaction.set_rollback(True)
    assert not Card.objects.exists()
    call_command("loaddata", str(dump), verbosity=0)
    loaded = list(Card.objects.order_by("pk").values())
    for row in (*rows, *loaded):
        del row["updated_at"], row["version"]
        # dumpdata cuts times to milliseconds.
        row["completed_at"] = row["completed_at"] and row["completed_at"].replace(microsecond=0)
        row["archived_at"] = row["archived_at"] and row["archived_at"].replace(microsecond=0)
    assert loaded == rows
    entities = EventLog.objects.exclude(entity_type="user").count()
    assert entities == sum(written.values()) - written["users"]


def test_rows_may_refer_to_rows_that_come_later(load):
    dump = io.StringIO()
    with transaction.atomic():
        CardFactory()
        call_command("dumpdata", "workspaces", "boards.board", "cards.card", stdout=dump)
        transaction.set_rollback(True)
    rows = json.loads(dump.getvalue())
    members = [row for row in rows if row["model"] == "workspaces.workspacemember"]
    others = [row for row in rows if row["model"] != "workspaces.workspacemember"]
    load([*members, *others])
    assert Card.objects.count() == 1


def test_many_rows_take_few_statements(load, board):
    rows = [card_row(board, place) for place in range(1, BATCH + 101)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        load(rows)
    assert Card.objects.count() == BATCH + 100
    assert sum(query["sql"].startswith("COPY") for query in queries) <= 2
    assert len(queries) < 20
    numbers = Card.objects.order_by("position").values_list("number", flat=True)
    assert list(numbers) == list(range(1, BATCH + 101))


def test_what_is_there_is_updated_and_what_is_the_same_is_not_touched(load, board):
    rows = [card_row(board, place) for place in (1, 2)]
    load(rows)
    before = all_tables()
    rows[0]["fields"]["number"] = 1
    rows[1]["fields"]["number"] = 2
    load(rows)
    assert all_tables() == before
    rows[1]["fields"]["title"] = "Changed"
    load([*rows, card_row(board, 3)])
    assert list(Card.objects.order_by("number").values_list("title", "version")) == [
        ("Card 1", 1),
        ("Changed", 2),
        ("Card 3", 1),
    ]


def test_of_a_row_that_stands_twice_the_later_counts(load, board):
    row = card_row(board, 1)
    load([row, {**row, "fields": {**row["fields"], "number": 1, "title": "Later"}}])
    assert Card.objects.get().title == "Later"


def test_what_breaks_a_rule_is_named_and_nothing_is_loaded(load, board):
    with (
        pytest.raises(IntegrityError, match=r"Could not load rows of cards\.Card: .*title_trimmed"),
        transaction.atomic(),
    ):
        load([card_row(board, 1), card_row(board, 2, title=" ")])
    with pytest.raises((DatabaseError, ValueError), match="NUL"), transaction.atomic():
        load([card_row(board, 1, title="a\0b")])
    assert not Card.objects.exists()


def test_excluded_models_stay_out(load, board):
    load([card_row(board, 1)], exclude=["cards.card"])
    assert not Card.objects.exists()
