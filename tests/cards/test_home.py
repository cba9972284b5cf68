"""The start page: one's work, boards and sprints, and the first steps where there is nothing."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boards.models import Sprint
from cards.models import Card
from cards.services import card_move, card_update
from tests.factories import (
    BoardFactory,
    CardAssigneeFactory,
    CardFactory,
    SprintFactory,
    UserFactory,
    WorkspaceFactory,
)
from tests.web import web
from workspaces.admin.switch import COOKIE

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def panel(person, name, workspace=None):
    """What the panel of this name shows to the person; None where it isn't there."""
    browser = web(person)
    if workspace is not None:
        browser.cookies[COOKIE] = str(workspace.pk)
    answer = browser.get("/admin/")
    assert answer.status_code == 200
    shown = [*answer.context["panels"], *answer.context["panels_aside"]]
    return next((each.context for each in shown if each.template.endswith(f"/{name}.html")), None)


def assigned(board, person, **fields):
    card = CardFactory(board=board, **fields)
    CardAssigneeFactory(card=card, user=person)
    return card


def days(number):
    return TODAY() + datetime.timedelta(days=number)


def test_my_work_stands_in_the_order_in_which_it_presses(member, board):
    columns = [column["id"] for column in board.columns]
    assigned(board, member, title="Whenever")
    assigned(board, member, title="Being done", column_id=columns[1])
    assigned(board, member, title="Being looked at", column_id=columns[2])
    assigned(board, member, title="Tomorrow", due_date=days(1), column_id=columns[2])
    assigned(board, member, title="Today", due_date=days(0))
    assigned(board, member, title="Late", due_date=days(-1))
    assigned(board, member, title="Much later", due_date=days(8))
    shown = panel(member, "my_work")
    assert [(part["name"], [card.title for card in part["cards"]]) for part in shown["parts"]] == [
        ("overdue", ["Late"]),
        ("soon", ["Today", "Tomorrow"]),
        ("review", ["Being looked at"]),
        ("progress", ["Being done"]),
        ("other", ["Much later", "Whenever"]),
    ]
    assert shown["total"] == 7


def test_my_work_leaves_out_what_is_done_put_away_or_others(member, admin, board, workspace):
    done = assigned(board, member, title="Done")
    card_move(card=done, actor=member, column_id=board.columns[3]["id"])
    assigned(board, member, title="Archived", archived_at=timezone.now())
    assigned(board, admin, title="Somebody else's")
    assigned(BoardFactory(workspace=workspace, archived=True), member, title="On an old board")
    assert panel(member, "my_work")["total"] == 0


def test_a_long_part_is_cut_and_counted(member, board):
    for number in range(11):
        assigned(board, member, title=f"Card {number}")
    part = panel(member, "my_work")["parts"][0]
    assert (part["count"], len(part["cards"]), part["more"]) == (11, 8, 3)


def test_a_card_with_several_people_is_one_card(member, admin, board):
    card = assigned(board, member, title="Together")
    CardAssigneeFactory(card=card, user=admin)
    assert panel(member, "my_work")["total"] == 1


def test_work_in_a_workspace_that_one_left_is_gone(member, admin, board, workspace):
    assigned(board, member, title="Mine")
    workspace.memberships.filter(user=member).delete()
    other = WorkspaceFactory(created_by=member, key="MINE")
    assert panel(member, "my_work", other)["total"] == 0


def test_the_switch_cuts_the_start_page_down(member_of_both, board, other_board, workspace):
    assigned(board, member_of_both, title="Here")
    assigned(other_board, member_of_both, title="There")
    assert panel(member_of_both, "my_work")["total"] == 2
    assert panel(member_of_both, "my_work", workspace)["total"] == 1
    boards = panel(member_of_both, "boards", workspace)["boards"]
    assert [entry["board"].name for entry in boards] == ["Product"]


def test_boards_used_last_stand_first_with_what_is_open(member, workspace):
    for name in ("Apples", "Bananas", "Cherries"):
        CardFactory(board=BoardFactory(workspace=workspace, name=name))
    used = Card.objects.get(board__name="Cherries")
    card_update(card=used, actor=member, changes={"priority": "high", "assignees": [member]})
    boards = panel(member, "boards")["boards"]
    assert [
        (entry["board"].name, entry["open_count"], entry["mine_count"]) for entry in boards
    ] == [("Cherries", 1, 1), ("Apples", 1, 0), ("Bananas", 1, 0)]


def test_boards_stand_in_the_navigation_by_name(member, workspace):
    for number in range(9):
        BoardFactory(workspace=workspace, name=f"Board {number}")
    menu = web(member).get("/admin/cards/card/").context["available_apps"]
    entries = {entry["object_name"]: entry for section in menu for entry in section["models"]}
    assert [link.label for link in entries["Board"]["links"]] == [
        f"Board {number}" for number in range(7)
    ]


def test_boards_of_the_same_name_say_where_they_are(member_of_both, board, other_workspace):
    BoardFactory(workspace=other_workspace, name="Product")
    menu = web(member_of_both).get("/admin/").context["available_apps"]
    entries = {entry["object_name"]: entry for section in menu for entry in section["models"]}
    assert [link.note for link in entries["Board"]["links"]] == ["Acme", "Other"]


def test_active_sprints_say_how_far_they_are_and_how_long_they_have(member, board):
    sprint = SprintFactory(
        board=board,
        name="Now",
        status=Sprint.Status.ACTIVE,
        start_date=days(-7),
        end_date=days(3),
    )
    SprintFactory(board=board, name="Later")
    done = CardFactory(board=board, sprint=sprint, story_points=3)
    card_move(card=done, actor=member, column_id=board.columns[3]["id"])
    CardFactory(board=board, sprint=sprint, story_points=5)
    CardFactory(board=board, sprint=sprint, archived_at=timezone.now(), story_points=8)
    (entry,) = panel(member, "sprints")["sprints"]
    assert entry["sprint"].name == "Now"
    assert (entry["cards_done"], entry["cards"]) == (1, 2)
    assert (entry["points_done"], entry["points"]) == (3, 8)
    assert (entry["days_left"], entry["days_late"]) == (3, 0)


def test_a_sprint_without_cards_and_past_its_end_is_shown_so(member, board):
    SprintFactory(board=board, status=Sprint.Status.ACTIVE, start_date=days(-9), end_date=days(-2))
    (entry,) = panel(member, "sprints")["sprints"]
    assert (entry["cards"], entry["days_left"], entry["days_late"]) == (0, 0, 2)


def test_nothing_of_another_tenant_is_shown_or_counted(member, board, other_board, other_card):
    CardAssigneeFactory(card=other_card, user=other_card.created_by)
    SprintFactory(board=other_board, name="Foreign sprint", status=Sprint.Status.ACTIVE)
    text = web(member).get("/admin/").content.decode()
    assert "Foreign" not in text
    assert panel(member, "sprints") is None
    assert panel(member, "my_work")["total"] == 0


def test_a_new_person_is_told_what_to_do_first(db):
    person = UserFactory()
    WorkspaceFactory(created_by=person, personal_for=person, key="MINE")
    steps = panel(person, "first_steps")["steps"]
    assert [(str(step["title"]), step["is_done"]) for step in steps] == [
        ("Make a workspace for your team", False),
        ("Make your first board", False),
        ("Write down what there is to do", False),
    ]
    assert panel(person, "boards") is None


def test_steps_that_are_done_say_so_and_admins_may_invite(admin, member, workspace):
    BoardFactory(workspace=workspace)
    of_admin = panel(admin, "first_steps")["steps"]
    assert [step["is_done"] for step in of_admin] == [True, True, False, False]
    assert len(panel(member, "first_steps")["steps"]) == 3


def test_the_first_steps_go_when_there_is_a_card(member, card):
    assert panel(member, "first_steps") is None


def test_alone_in_the_private_workspace_nobody_is_asked_to_invite(admin, workspace):
    mine = WorkspaceFactory(created_by=admin, personal_for=admin, key="MINE")
    steps = panel(admin, "first_steps", mine)["steps"]
    assert [str(step["title"]) for step in steps] == [
        "Make your first board",
        "Write down what there is to do",
    ]


def test_the_start_page_costs_the_same_for_few_and_for_many(member, workspace):
    browser = web(member)
    browser.get("/admin/")

    def queries(number):
        for _each in range(number):
            board = BoardFactory(workspace=workspace)
            sprint = SprintFactory(board=board, status=Sprint.Status.ACTIVE)
            assigned(board, member, sprint=sprint, due_date=days(number))
            assigned(board, member)
        with CaptureQueriesContext(connection) as captured:
            browser.get("/admin/")
        return len(captured)

    few = queries(2)
    assert queries(6) == few
