"""`manage.py import_trello`: a second time adds what is new, and a refusal leaves no trace."""

import copy
import io
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from boards.models import Board
from boards.services import board_archive, column_add, column_update
from cards.models import Card
from cards.services import card_delete, card_update, column_remove, label_update
from integrations.trello.reader import read
from integrations.trello.services import NotAMember, trello_import, trello_preview
from tests.data.trello import (
    DONE,
    a_board,
    a_card,
    a_list,
    as_bytes,
    cards_of,
    trello_id,
)
from tests.watching import all_tables

pytestmark = pytest.mark.django_db


def test_a_second_import_adds_nothing(bring_in):
    document = a_board(cards=[a_card(21), a_card(22)])
    bring_in(document)
    before = all_tables()
    assert bring_in(document, "--board", "Other name") == [
        "Imported into ACME as admin:",
        'Board "Launch", which an earlier import made.',
        "0 cards (0 archived), 0 labels, 0 assignments.",
        "2 cards there already: left as found.",
    ]
    assert all_tables() == before


def test_an_empty_board_is_imported_once(bring_in):
    bring_in(a_board())
    bring_in(a_board())
    assert Board.objects.count() == 1


def test_what_people_changed_or_deleted_since_stays_so(bring_in, admin):
    document = a_board(cards=[a_card(21, "Kept"), a_card(22, "Renamed"), a_card(23, "Deleted")])
    bring_in(document)
    card_update(
        card=Card.objects.get(title="Renamed"),
        actor=admin,
        changes={"title": "By a person", "metadata": {"trello": None}},
    )
    card_delete(card=Card.objects.get(title="Deleted"), actor=admin)
    before = all_tables()
    lines = bring_in(document)
    assert all_tables() == before
    assert lines[-2:] == [
        "2 cards there already: left as found.",
        "1 card deleted here since an earlier import: left out.",
    ]


def test_a_later_export_adds_the_new_cards_below_the_others(bring_in, admin):
    labels = [
        {"id": trello_id(41), "name": "Bug", "color": "red"},
        {"id": trello_id(42), "name": "Idea", "color": "sky"},
        {"id": trello_id(43), "name": "Defect", "color": "lime"},
    ]
    document = a_board(labels=labels, cards=[a_card(21, "First", pos=5, idLabels=[trello_id(41)])])
    bring_in(document)
    board = Board.objects.get()
    label_update(
        board=board,
        actor=admin,
        label_id=Card.objects.get().metadata["labels"][0]["id"],
        name="Defect",
        color="#123456",
    )
    column_update(board=board, actor=admin, column_id=board.columns[0]["id"], name="Backlog")
    later = copy.deepcopy(document)
    later["lists"].append(a_list(trello_id(14), "In review", 9))
    later["cards"] += [
        a_card(22, "New", pos=1, idLabels=[label["id"] for label in labels]),
        a_card(23, "Elsewhere", trello_id(14)),
    ]
    lines = bring_in(later)
    assert cards_of(board, "title", "column__name", "position") == [
        ("First", "Backlog", 65_536),
        ("New", "Backlog", 131_072),
        ("Elsewhere", "Backlog", 196_608),
    ]
    assert [
        (label["name"], label["color"])
        for label in Card.objects.get(title="New").metadata["labels"]
    ] == [("Defect", "#123456"), ("Idea", "#6cc3e0"), ("Defect (2)", "#94c748")]
    assert "Cards of lists without a column of their own, put into a like column: 1." in lines


def test_a_label_of_a_name_that_the_board_has_becomes_that_label(bring_in, admin):
    document = a_board(cards=[a_card(21)])
    bring_in(document)
    ours = {"id": "ours", "name": "Bug", "color": "#111111"}
    card_update(card=Card.objects.get(), actor=admin, changes={"metadata": {"labels": [ours]}})
    document["labels"] = [{"id": trello_id(41), "name": "BUG", "color": "red"}]
    document["cards"].append(a_card(22, "New", idLabels=[trello_id(41)]))
    bring_in(document)
    assert Card.objects.get(title="New").metadata["labels"] == [ours]


def test_a_column_made_anew_under_the_lists_name_takes_its_cards(bring_in, admin):
    document = a_board(cards=[a_card(21, list_id=DONE)])
    bring_in(document)
    board = Board.objects.get()
    column_remove(board=board, actor=admin, column_id=board.columns[1]["id"])
    column_add(board=board, actor=admin, name="Doing", category="in_review")
    document["cards"].append(a_card(22, "New", trello_id(12)))
    bring_in(document)
    assert Card.objects.get(title="New").column.name == "Doing"


def test_the_services_take_members_only(workspace, outsider):
    for carry_out in (trello_preview, trello_import):
        with pytest.raises(NotAMember):
            carry_out(
                export=read(as_bytes(a_board())),
                workspace=workspace,
                actor=outsider,
                at=timezone.now(),
            )
    assert not Board.objects.exists()


def test_a_deleted_board_can_be_imported_again(bring_in):
    document = a_board(cards=[a_card(21)])
    bring_in(document)
    Board.objects.all()._raw_delete("default")
    bring_in(document)
    assert (Board.objects.count(), Card.objects.count()) == (1, 1)


def test_two_workspaces_import_one_file_each_for_itself(bring_in, other_workspace):
    document = a_board(cards=[a_card(21)])
    bring_in(document)
    bring_in(document, workspace="other")
    assert sorted(Board.objects.values_list("workspace__key", flat=True)) == ["ACME", "OTHER"]
    assert sorted(Card.objects.values_list("workspace__key", flat=True)) == ["ACME", "OTHER"]


def test_a_limit_is_never_passed(bring_in, admin):
    document = a_board(cards=[a_card(21)])
    bring_in(document)
    board = Board.objects.get()
    column_update(board=board, actor=admin, column_id=board.columns[0]["id"], wip_limit=2)
    before = all_tables()
    later = [*document["cards"], a_card(22), a_card(23), a_card(24, closed=True)]
    with pytest.raises(CommandError, match=r"^The column To do has no room for 2 more cards\.$"):
        bring_in({**document, "cards": later})
    assert all_tables() == before
    bring_in({**document, "cards": later[:2] + later[3:]})
    assert Card.objects.count() == 3


def test_an_archived_board_takes_nothing_in(bring_in, admin):
    bring_in(a_board())
    board_archive(board=Board.objects.get(), actor=admin)
    with pytest.raises(CommandError, match="archived"):
        bring_in(a_board(cards=[a_card(21)]))
    assert Card.objects.count() == 0


def test_a_broken_file_changes_nothing_and_says_where_it_is_broken(bring_in):
    document = a_board(cards=[a_card(21), a_card(22, due="soon")])
    before = all_tables()
    with pytest.raises(CommandError) as refused:
        bring_in(document)
    assert str(refused.value).endswith(
        "export.json is broken, nothing was imported. "
        "cards[1].due: expected a time such as 2026-11-02T09:00:00Z"
    )
    assert all_tables() == before


def test_too_many_lists_are_refused(bring_in):
    lists = [a_list(trello_id(100 + n), f"List {n}", n) for n in range(101)]
    with pytest.raises(CommandError, match="more open lists than a board can have columns"):
        bring_in(a_board(lists=lists))
    assert not Board.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "key", "message"),
    [
        ([], "NOPE", "There is no workspace NOPE."),
        (["--as", "outsider"], "ACME", "outsider is no active member of ACME."),
        (["--as", "nobody"], "ACME", "nobody is no active member of ACME."),
    ],
)
def test_the_command_says_what_is_not_there(bring_in, outsider, arguments, key, message):
    with pytest.raises(CommandError) as refused:
        bring_in(a_board(), *arguments, workspace=key)
    assert str(refused.value) == message
    assert not Board.objects.exists()


def test_a_file_that_is_not_there_is_said(workspace, tmp_path):
    with pytest.raises(CommandError, match=r"can't be read: No such file or directory\.$"):
        call_command("import_trello", str(tmp_path / "no.json"), "--workspace", "ACME")


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_make_one_board(bring_in, tmp_path):
    document = a_board(cards=[a_card(20 + n) for n in range(30)])
    file = tmp_path / "both.json"
    file.write_bytes(as_bytes(document))
    start = threading.Barrier(4)
    errors = []

    def carry_out():
        try:
            start.wait()
            call_command("import_trello", str(file), "--workspace", "ACME", stdout=io.StringIO())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=carry_out) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (Board.objects.count(), Card.objects.count()) == (1, 30)
