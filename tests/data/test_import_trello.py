"""`manage.py import_trello`: Trello boards become boards, once, whole or not at all."""

import copy
import io
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from boards.models import Board
from boards.services import board_archive, column_add, column_update
from cards.models import Card
from cards.services import card_delete, card_update, column_remove, label_update
from core.models import EventLog
from integrations.trello.mapping import category_of, color_of
from integrations.trello.reader import read
from integrations.trello.services import NotAMember, trello_import, trello_preview
from tests.data.test_demo import all_tables
from tests.data.trello import (
    DONE,
    TODO,
    a_board,
    a_card,
    a_list,
    as_bytes,
    trello_id,
)
from tests.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db

EXPORTS = Path(__file__).parents[3] / "shared" / "data"
needs_exports = pytest.mark.skipif(
    not EXPORTS.is_dir(), reason="the folder of real exports isn't here"
)


@pytest.fixture
def bring_in(tmp_path, workspace):
    """`bring_in(document, …)`: import it into ACME; what the command said, line by line."""

    def carry_out(document, *arguments, workspace="ACME"):
        file = tmp_path / "export.json"
        file.write_bytes(document if isinstance(document, bytes) else as_bytes(document))
        out = io.StringIO()
        call_command("import_trello", str(file), "--workspace", workspace, *arguments, stdout=out)
        return out.getvalue().splitlines()

    return carry_out


def columns_of(board):
    return [(column["name"], column["category"]) for column in board.columns]


def cards_of(board, *fields):
    return list(
        Card.objects.filter(board=board)
        .order_by("column__position", "position")
        .values_list(*fields)
    )


def test_lists_become_columns_in_order_with_a_guessed_category(bring_in):
    bring_in(
        a_board(
            lists=[
                a_list(trello_id(13), "Готово 🎉", 30),
                a_list(trello_id(11), "  Ideas\nfor later ", 10),
                a_list(trello_id(12), "In Progress", 20.5),
                a_list(trello_id(14), "На проверке", 25),
            ]
        )
    )
    board = Board.objects.get()
    assert board.name == "Launch"
    assert columns_of(board) == [
        ("Ideas for later", "todo"),
        ("In Progress", "in_progress"),
        ("На проверке", "in_review"),
        ("Готово 🎉", "done"),
    ]
    assert board.created_at == datetime(2022, 11, 19, 19, 21, 54, tzinfo=UTC)


def test_lists_of_one_name_are_told_apart_and_long_names_cut(bring_in):
    long = "x" * 120
    names = ["Done", "Done", "Done (2)", long, long, "", " "]
    bring_in(a_board(lists=[a_list(trello_id(11 + n), name, n) for n, name in enumerate(names)]))
    assert [column["name"] for column in Board.objects.get().columns] == [
        "Done",
        "Done (2)",
        "Done (2) (2)",
        "x" * 99 + "…",
        "x" * 96 + " (2)",
        "Untitled list",
        "Untitled list (2)",
    ]


def test_cards_keep_their_order_times_and_texts(bring_in, admin):
    at = timezone.now()
    bring_in(
        a_board(
            cards=[
                a_card(21, " Second\n card ", pos=20, desc="*Text*\n", due="2026-12-01T23:30:00Z"),
                a_card(22, "First", pos=10.25),
                a_card(23, "Elsewhere", DONE, due="2026-12-01T23:30:00-02:00"),
                a_card(24, "Put away", pos=30, closed=True),
            ]
        )
    )
    board = Board.objects.get()
    made = datetime(2022, 11, 19, 19, 21, 54, tzinfo=UTC)
    ended = datetime(2022, 12, 10, 19, 9, 16, 967_000, tzinfo=UTC)
    assert cards_of(
        board, "title", "column__name", "position", "due_date", "completed_at", "archived_at"
    ) == [
        ("First", "To do", 65_536, None, None, None),
        ("Second card", "To do", 131_072, date(2026, 12, 1), None, None),
        ("Put away", "To do", 196_608, None, None, ended),
        ("Elsewhere", "Done", 65_536, date(2026, 12, 2), ended, None),
    ]
    card = Card.objects.get(title="Second card")
    assert (card.created_at, card.created_by, card.description) == (made, admin, "*Text*\n")
    assert card.updated_at >= at
    assert card.metadata == {
        "labels": [],
        "trello": {"id": trello_id(21), "url": "https://trello.com/c/21"},
    }


def test_numbers_follow_the_order_in_which_cards_were_made(bring_in):
    cards = [
        {**a_card(21, "Newest", pos=1), "id": trello_id(1, "63792cd5")},
        {**a_card(22, "Oldest", pos=2), "id": trello_id(2, "63792cd3")},
        {**a_card(23, "Middle", DONE), "id": trello_id(3, "63792cd4")},
    ]
    bring_in(a_board(cards=cards))
    assert list(Card.objects.order_by("number").values_list("number", "title")) == [
        (1, "Oldest"),
        (2, "Middle"),
        (3, "Newest"),
    ]


def test_cards_of_archived_lists_come_archived_into_a_like_column(bring_in):
    lines = bring_in(
        a_board(
            lists=[
                *a_board()["lists"],
                a_list(trello_id(14), "Done in week 12", 4, closed=True),
                a_list(trello_id(15), "Old ideas", 5, closed=True),
                a_list(trello_id(16), "Empty", 6, closed=True),
            ],
            cards=[
                a_card(21, "Finished", trello_id(14)),
                a_card(22, "Given up", trello_id(15), pos=-5),
                a_card(23, "Open", TODO),
            ],
        )
    )
    board = Board.objects.get()
    assert [name for name, _category in columns_of(board)] == ["To do", "Doing", "Done"]
    assert cards_of(board, "title", "column__name") == [
        ("Open", "To do"),
        ("Given up", "To do"),
        ("Finished", "Done"),
    ]
    assert [card.title for card in Card.objects.live()] == ["Open"]
    assert Card.objects.get(title="Given up").metadata["trello"]["list"] == "Old ideas"
    assert "Cards of archived lists, put into a like column: 2." in lines
    assert "Archived lists without cards, left out: 1." in lines


def test_a_board_of_archived_lists_alone_keeps_them_and_one_without_lists_gets_ours(bring_in):
    bring_in(a_board(lists=[a_list(TODO, "Old", 1, closed=True)], cards=[a_card(21)]))
    bring_in(a_board(id=trello_id(2), name="Bare", lists=[]))
    old, bare = Board.objects.get(name="Launch"), Board.objects.get(name="Bare")
    assert columns_of(old) == [("Old", "todo")]
    assert Card.objects.get().archived_at is not None
    assert columns_of(bare) == [
        ("To Do", "todo"),
        ("In Progress", "in_progress"),
        ("In Review", "in_review"),
        ("Done", "done"),
    ]


def test_labels_have_one_name_and_color_each(bring_in):
    labels = [
        {"id": trello_id(41), "name": "Bug", "color": "red"},
        {"id": trello_id(42), "name": "bug", "color": "blue_dark"},
        {"id": trello_id(43), "name": "", "color": "green"},
        {"id": trello_id(44), "name": " ", "color": None},
        {"id": trello_id(45), "name": "y" * 60, "color": "unheard-of"},
        {"id": trello_id(46), "name": "Unused", "color": "lime"},
    ]
    lines = bring_in(
        a_board(
            labels=labels,
            cards=[a_card(21, idLabels=[label["id"] for label in labels[:5]])],
        )
    )
    found = Card.objects.get().metadata["labels"]
    assert [(label["name"], label["color"]) for label in found] == [
        ("Bug", "#f87462"),
        ("bug (2)", "#0c66e4"),
        ("Green", "#4bce97"),
        ("No color", "#8590a2"),
        ("y" * 49 + "…", "#8590a2"),
    ]
    assert len({label["id"] for label in found}) == 5
    assert "1 card (0 archived), 5 labels, 0 assignments." in lines


def test_people_are_matched_by_username_or_full_name(bring_in, workspace, outsider):
    MemberFactory(workspace=workspace, user=UserFactory(username="twin1", full_name="Twin"))
    MemberFactory(workspace=workspace, user=UserFactory(username="twin2", full_name="twin"))
    people = [
        {"id": trello_id(31), "username": "ADMIN", "fullName": "Somebody"},
        {"id": trello_id(32), "username": "mm", "fullName": "max  MEMBER"},
        {"id": trello_id(33), "username": "outsider", "fullName": "Otto Outsider"},
        {"id": trello_id(34), "username": "tw", "fullName": "Twin"},
        {"id": trello_id(35)},
    ]
    ids = [person["id"] for person in people]
    lines = bring_in(
        a_board(
            members=people,
            cards=[
                a_card(21, idMembers=[*ids, ids[0], trello_id(36)]),
                a_card(22, idMembers=ids[:3]),
            ],
        )
    )
    assert list(
        Card.objects.order_by("number", "assignees__username").values_list(
            "number", "assignees__username"
        )
    ) == [(1, "admin"), (1, "member"), (2, "admin"), (2, "member")]
    assert lines[-5:] == [
        "2 cards (0 archived), 0 labels, 4 assignments.",
        "No member is called (somebody who left the board): not assigned on 1 card.",
        f"No member is called {trello_id(35)}: not assigned on 1 card.",
        "No member is called Otto Outsider: not assigned on 2 cards.",
        "No member is called Twin: not assigned on 1 card.",
    ]


def test_what_is_too_long_is_cut_and_told(bring_in):
    title, description = "t" * 600, "d" * 70_000
    lines = bring_in(
        a_board(cards=[a_card(21, title, desc="rest"), a_card(22, "", desc=description)])
    )
    first, second = Card.objects.order_by("number")
    assert first.title == "t" * 499 + "…"
    assert first.description == f"{title}\n\nrest"
    assert second.title == "Untitled card"
    assert second.description == "d" * 65_535 + "…"
    assert lines[-3:] == [
        "Cards without a title: 1.",
        "Descriptions cut to 65,536 characters: 1.",
        "Titles cut to 500 characters (whole in the description): 1.",
    ]


def test_only_addresses_of_trello_are_kept(bring_in):
    bring_in(a_board(cards=[a_card(21, shortUrl="javascript:alert(1)", url="https://evil.test/")]))
    assert Card.objects.get().metadata["trello"] == {"id": trello_id(21)}


def test_the_log_has_one_entry_a_row_all_of_one_action(bring_in, workspace, member):
    people = [{"id": trello_id(31), "username": "admin", "fullName": ""}]
    before = EventLog.objects.count()
    bring_in(
        a_board(members=people, cards=[a_card(21, idMembers=[trello_id(31)]), a_card(22)]),
        "--as",
        "Member",
    )
    entries = EventLog.objects.order_by("id")[before:]
    assert sorted(entry.entity_type for entry in entries) == [
        "board",
        "card",
        "card",
        "card_assignee",
    ]
    assert {(e.action, e.source, e.actor_id, e.workspace_id) for e in entries} == {
        ("board.imported", "import", member.pk, workspace.pk)
    }
    assert len({entry.action_id for entry in entries}) == 1
    assert Card.objects.filter(created_by=member).count() == 2


def test_a_preview_says_the_same_and_writes_nothing(bring_in, workspace):
    document = a_board(cards=[a_card(21, closed=True)])
    before = all_tables()
    previewed = bring_in(document, "--preview", "--board", "Renamed")
    assert all_tables() == before
    assert previewed == [
        'Board "Renamed" with 3 columns:',
        "  To do (todo)",
        "  Doing (in_progress)",
        "  Done (done)",
        "1 card (1 archived), 0 labels, 0 assignments.",
        "This was a preview: nothing was written.",
    ]
    assert bring_in(document, "--board", "Renamed") == previewed[:-1]
    assert Board.objects.get().name == "Renamed"


def test_a_second_import_adds_nothing(bring_in):
    document = a_board(cards=[a_card(21), a_card(22)])
    bring_in(document)
    before = all_tables()
    assert bring_in(document, "--board", "Other name") == [
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


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("To Do", "todo"),
        ("Not started", "todo"),
        ("Sprint Backlog", "todo"),
        ("Doing", "in_progress"),
        ("IN_PROGRESS", "in_progress"),
        ("Ready for review", "in_review"),
        ("QA", "in_review"),
        ("DONE! 🙌🏽", "done"),
        ("Review done", "done"),
        ("Undone", "todo"),
        ("Latest", "todo"),
        ("В работе", "in_progress"),
        ("Тестирование", "in_review"),
        ("Приёмка", "in_review"),
        ("Сделано", "done"),
        ("Сделать", "todo"),
        ("", "todo"),
    ],
)
def test_a_list_means_what_its_name_says(name, category):
    assert category_of(name) == category


def test_an_unknown_color_is_grey():
    assert color_of("sky_light") == "#c6edfb"
    assert color_of("mauve") == color_of(None) == "#8590a2"


@needs_exports
def test_the_real_board_amirite_comes_in_whole(bring_in, workspace):
    for name in ("member1", "member2"):
        MemberFactory(workspace=workspace, user=UserFactory(username=name))
    content = (EXPORTS / "trello_amirite.json").read_bytes()
    lines = bring_in(content)
    board = Board.objects.get()
    assert columns_of(board) == [
        ("Meetingroom", "todo"),
        ("Parents", "todo"),
        ("Product Backlog", "todo"),
        ("Sprint Backlog", "todo"),
        ("Doing", "in_progress"),
        ("Review", "in_review"),
        ("Done", "done"),
    ]
    amounts = [Card.objects.filter(column_id=column["id"]).count() for column in board.columns]
    assert amounts == [7, 3, 20, 10, 3, 10, 28]
    assert Card.objects.filter(archived_at__isnull=False).count() == 23
    assert Card.objects.filter(due_date__isnull=False).count() == 21
    assert Card.objects.filter(completed_at__isnull=False).count() == 28
    labels = [label for card in Card.objects.all() for label in card.metadata["labels"]]
    assert len(labels) == 93
    assert {(label["name"], label["color"]) for label in labels} == {
        ("Andrej", "#faa53d"),
        ("Georg", "#579dff"),
        ("Stefan", "#9f8fef"),
        ("Parent", "#e2b203"),
        ("Wird bearbeitet", "#f87462"),
        ("Important", "#94c748"),
    }
    assert lines[-3:] == [
        "81 cards (23 archived), 6 labels, 1 assignment.",
        "No member is called Member 3: not assigned on 1 card.",
        "Left out, since Taskly has no place for it yet: 5 attachments, 23 checklist items, "
        "11 checklists, 3 comments.",
    ]
    before = all_tables()
    bring_in(content)
    assert all_tables() == before


@needs_exports
def test_the_real_sample_board_comes_in_whole(bring_in):
    lines = bring_in((EXPORTS / "trello_sample_board.json").read_bytes())
    board = Board.objects.get()
    assert board.name == "Simple Project Board"
    assert columns_of(board) == [
        ("BRAINSTORM 🤔", "todo"),
        ("TODO 📚", "todo"),
        ("DOING ⚙️", "in_progress"),
        ("DONE! 🙌🏽", "done"),
    ]
    assert lines[-3:] == [
        "10 cards (1 archived), 3 labels, 0 assignments.",
        "Archived lists without cards, left out: 1.",
        "Left out, since Taskly has no place for it yet: 5 attachments, 1 board descriptions, "
        "12 checklist items, 4 checklists, 4 comments.",
    ]
    labels = [label for card in Card.objects.all() for label in card.metadata["labels"]]
    assert {(label["name"], label["color"]) for label in labels} == {
        ("Red", "#f87462"),
        ("green label", "#4bce97"),
        ("label without color", "#8590a2"),
    }
