"""`manage.py import_trello`: Trello boards become boards, once, whole or not at all."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from boards.models import Board
from cards.models import Card, ChecklistItem, Comment
from core.models import EventLog
from integrations.trello.mapping import category_of, color_of
from tests.data.trello import (
    DONE,
    TODO,
    a_board,
    a_card,
    a_list,
    cards_of,
    trello_id,
)
from tests.factories import MemberFactory, UserFactory
from tests.watching import all_tables

pytestmark = pytest.mark.django_db

EXPORTS = Path(__file__).parents[3] / "shared" / "data"
needs_exports = pytest.mark.skipif(
    not EXPORTS.is_dir(), reason="the folder of real exports isn't here"
)


def columns_of(board):
    return [(column["name"], column["category"]) for column in board.columns]


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


def test_a_preview_says_the_same_and_writes_nothing(bring_in):
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
    assert bring_in(document, "--board", "Renamed") == [
        "Imported into ACME as admin:",
        *previewed[:-1],
    ]
    assert Board.objects.get().name == "Renamed"


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
        "23 checklist items, 3 comments, 0 links between cards, "
        "5 attachments as addresses in descriptions.",
        "No member is called Member 3: not assigned on 1 card.",
    ]
    items = ChecklistItem.objects.filter(board=board)
    assert items.count() == 23
    assert items.filter(done_at__isnull=False).count() == 12
    assert items.values("card", "checklist").distinct().count() == 11
    ticked = Counter(items.exclude(done_by=None).values_list("done_by__username", flat=True))
    assert ticked == {"member1": 9, "member2": 3}
    said = Comment.objects.order_by("id").values_list("card__title", "author__username", "content")
    assert list(said) == [
        ("(8) Millionenshow", "member1", "Ablaufdiagramm mit draw.io"),
        ("(30)Game-Schnittstelle Server", "member1", "socket.io rooms"),
        ("(3)Logging am Server", "member1", "https://github.com/winstonjs/winston"),
    ]
    assert Comment.objects.earliest("id").created_at.isoformat() == (
        "2017-12-20T08:13:39.725000+00:00"
    )
    assert Card.objects.filter(description__contains="**Attachments in Trello**").count() == 5
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
    assert lines[-5:] == [
        "10 cards (1 archived), 3 labels, 0 assignments.",
        "12 checklist items, 4 comments, 0 links between cards, "
        "5 attachments as addresses in descriptions.",
        "Archived lists without cards, left out: 1.",
        "No member is called Member 1: 4 comments told under your name.",
        "Left out, since Taskly has no place for it yet: 1 board descriptions, "
        "4 people of checklist items.",
    ]
    items = ChecklistItem.objects.filter(board=board)
    assert items.count() == 12
    assert items.values("card", "checklist").distinct().count() == 4
    said = list(Comment.objects.order_by("id").values_list("content", flat=True))
    assert [text.partition(":\n\n")[0] for text in said] == [
        *["**Member 1**, in Trello on 2022-11-21"] * 3,
        "**Member 1**, in Trello on 2022-12-10",
    ]
    assert said[0].endswith("this is a comment. \n\nAlso, I just updated this comment.")
    labels = [label for card in Card.objects.all() for label in card.metadata["labels"]]
    assert {(label["name"], label["color"]) for label in labels} == {
        ("Red", "#f87462"),
        ("green label", "#4bce97"),
        ("label without color", "#8590a2"),
    }
