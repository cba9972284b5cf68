"""Boards, their columns and sprints in the web pages."""

import datetime

import pytest

from boards.models import Board, Sprint
from boards.services import board_archive, board_update, column_add
from cards.models import Card
from core.models import EventLog
from tests.factories import BoardFactory, CardFactory, SprintFactory
from tests.web import errors, filled, newest, page, plain_board, queries_of, said, web

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("admin", {"Product"}),
        ("member", {"Product"}),
        ("member_of_both", {"Product", "Foreign"}),
        ("outsider", {"Foreign"}),
        ("operator", {"Product", "Foreign"}),
    ],
)
def test_the_list_shows_the_boards_of_ones_workspaces(request, board, other_board, who, sees):
    response = web(request.getfixturevalue(who)).get(page("boards_board_changelist"))

    assert {each.name for each in response.context["cl"].result_list} == sees


@pytest.mark.parametrize(("who", "may"), [("admin", True), ("member", False), ("operator", True)])
def test_only_admins_delete_a_board(request, board, who, may):
    CardFactory(board=board)
    browser = web(request.getfixturevalue(who))

    response = browser.get(page("boards_board_delete", board.pk))
    posted = browser.post(page("boards_board_delete", board.pk), {"post": "yes"})

    assert (response.status_code, posted.status_code) == ((200, 302) if may else (403, 403))
    assert Board.objects.exists() is not may
    if may:
        assert b"Cards: 1" in response.content
        assert newest().action == "board.deleted"


def test_a_deletion_from_the_list_asks_for_the_right_to_each(member, board):
    data = {"action": "delete_selected", "_selected_action": [board.pk], "post": "yes"}

    web(member).post(page("boards_board_changelist"), data)

    assert Board.objects.exists()


@pytest.mark.parametrize("name", ["change", "delete", "history", "board", "columns"])
def test_a_foreign_board_is_answered_like_one_that_never_was(
    outsider, other_workspace, board, name
):
    browser = web(outsider)
    unknown = "0195b5f2-0000-7000-8000-000000000000"

    foreign = browser.get(page(f"boards_board_{name}", board.pk))
    missing = browser.get(page(f"boards_board_{name}", unknown))

    assert (foreign.status_code, foreign.url) == (missing.status_code, missing.url)
    assert foreign.status_code == 302
    assert "Product" not in "".join(said(foreign))


def test_a_board_is_made_in_a_workspace_of_ones_own(member, workspace, other_workspace):
    browser = web(member)
    form = browser.get(page("boards_board_add"))
    choices = form.context["adminform"].form.fields["workspace"].queryset

    assert other_workspace not in choices
    response = browser.post(page("boards_board_add"), filled(form, name=" Roadmap "))

    assert response.status_code == 302
    board = Board.objects.get()
    assert (board.name, board.workspace) == ("Roadmap", workspace)
    assert (newest().action, newest().source) == ("board.created", "admin")


def test_a_board_is_not_made_in_a_foreign_workspace(member, workspace, other_workspace):
    browser = web(member)
    data = filled(browser.get(page("boards_board_add")), name="X", workspace=other_workspace.pk)

    assert list(errors(browser.post(page("boards_board_add"), data))) == ["workspace"]
    assert not Board.objects.exists()


def test_a_stale_name_is_refused(member, admin, board):
    browser = web(member)
    data = filled(browser.get(page("boards_board_change", board.pk)), name="Mine")
    board_update(board=board, actor=admin, changes={"name": "Theirs"})

    shown = " ".join(errors(browser.post(page("boards_board_change", board.pk), data))["__all__"])

    assert "Name: “Product” became “Theirs” (Ada Admin)" in shown
    board.refresh_from_db()
    assert board.name == "Theirs"


def test_a_board_is_archived_and_taken_back_from_its_page(member, board):
    browser = web(member)

    browser.post(page("boards_board_do", board.pk, "archive"))
    board.refresh_from_db()
    assert board.archived is True
    assert newest().action == "board.archived"

    browser.post(page("boards_board_do", board.pk, "unarchive"))
    board.refresh_from_db()
    assert board.archived is False


def test_archived_boards_are_left_out_unless_asked_for(member, board):
    board_archive(board=BoardFactory(workspace=board.workspace, name="Old"), actor=member)
    browser = web(member)

    def names(**filters):
        context = browser.get(page("boards_board_changelist"), filters).context
        return {each.name for each in context["cl"].result_list}

    assert names() == {"Product"}
    assert names(state="archived") == {"Old"}
    assert names(state="all") == {"Product", "Old"}


def test_an_action_that_does_not_fit_is_refused(member, board):
    response = web(member).post(page("boards_board_do", board.pk, "unarchive"))

    assert response.status_code == 403


def test_the_board_shows_its_cards_in_order(member, board):
    CardFactory(board=board, title="First")
    CardFactory(board=board, title="Second")
    CardFactory(board=board, title="Finished", column_id=board.columns[3]["id"])

    columns = web(member).get(plain_board(board.pk)).context["columns"]

    assert [(each["name"], [card.title for card in each["cards"]]) for each in columns] == [
        ("To Do", ["First", "Second"]),
        ("In Progress", []),
        ("In Review", []),
        ("Done", ["Finished"]),
    ]


def test_a_card_is_moved_on_the_board(member, card, board):
    target = board.columns[1]["id"]

    response = web(member).post(
        page("boards_board_move", board.pk), {"card": card.pk, "column": target, "place": "top"}
    )

    assert response.status_code == 302
    card.refresh_from_db()
    assert str(card.column_id) == target
    assert (newest().action, newest().source) == ("card.moved", "admin")


@pytest.mark.parametrize("column", ["", "nonsense", "0195b5f2-0000-7000-8000-000000000000"])
def test_a_move_to_nowhere_is_a_message(member, card, board, column):
    response = web(member).post(
        page("boards_board_move", board.pk), {"card": card.pk, "column": column}
    )

    assert said(response) == ["The board has no such column."]


def test_a_foreign_card_is_not_moved_by_ones_own_board(outsider, other_board, card):
    response = web(outsider).post(
        page("boards_board_move", other_board.pk),
        {"card": card.pk, "column": other_board.columns[1]["id"]},
    )

    assert said(response) == ["This card is not on the board any more."]


def columns_data(browser, board, **changes):
    response = browser.get(page("boards_board_columns", board.pk))
    rows = response.context["rows"]
    data = {"version": board.version}
    for form in [rows.management_form, *rows.forms]:
        for bound in form:
            if bound.value() not in (None, False):
                data[bound.html_name] = bound.value()
    return {**data, **changes}


def test_columns_are_renamed_limited_reordered_and_added_in_one_action(member, board):
    browser = web(member)
    data = columns_data(
        browser,
        board,
        **{
            "columns-0-name": "Backlog",
            "columns-1-wip_limit": "3",
            "columns-3-position": "3",
            "columns-4-name": "Shipped",
            "columns-4-category": "done",
        },
    )

    response = browser.post(page("boards_board_columns", board.pk), data)

    assert response.status_code == 302
    board.refresh_from_db()
    assert [(each["name"], each["wip_limit"]) for each in board.columns] == [
        ("Backlog", None),
        ("In Progress", 3),
        ("Done", None),
        ("In Review", None),
        ("Shipped", None),
    ]
    entries = EventLog.objects.filter(action="board.columns_changed")
    assert entries.values("action_id").distinct().count() == 1


def test_a_column_with_cards_is_removed_by_saying_where_they_go(member, card, board):
    browser = web(member)
    data = columns_data(browser, board, **{"columns-0-remove": "on"})

    refused = browser.post(page("boards_board_columns", board.pk), data)
    assert refused.status_code == 200
    assert refused.context["rows"].forms[0].errors
    board.refresh_from_db()
    assert len(board.columns) == 4

    data["columns-0-move_cards_to"] = board.columns[1]["id"]
    assert browser.post(page("boards_board_columns", board.pk), data).status_code == 302
    board.refresh_from_db()
    assert [each["name"] for each in board.columns] == ["In Progress", "In Review", "Done"]
    assert str(Card.objects.get().column_id) == board.columns[0]["id"]


def test_a_taken_name_is_an_error_of_its_row_and_saves_nothing(member, board):
    browser = web(member)
    data = columns_data(browser, board, **{"columns-0-name": "Backlog", "columns-1-name": "Done"})

    response = browser.post(page("boards_board_columns", board.pk), data)

    assert list(response.context["rows"].forms[1].errors) == ["name"]
    board.refresh_from_db()
    assert [each["name"] for each in board.columns][:2] == ["To Do", "In Progress"]


def test_columns_that_somebody_changed_meanwhile_are_not_overwritten(member, admin, board):
    browser = web(member)
    data = columns_data(browser, board, **{"columns-0-name": "Backlog"})
    column_add(board=board, actor=admin, name="Blocked")

    response = browser.post(page("boards_board_columns", board.pk), data)

    assert said(response)[0].startswith("Somebody changed the board meanwhile.")
    board.refresh_from_db()
    assert board.columns[0]["name"] == "To Do"


def test_a_sprint_is_made_and_changed_by_its_services(member, board):
    browser = web(member)
    made = browser.post(
        page("boards_sprint_add"),
        {
            "board": board.pk,
            "name": "Sprint 1",
            "goal": "",
            "start_date": "2026-11-02",
            "end_date": "2026-11-15",
        },
    )
    assert made.status_code == 302
    sprint = Sprint.objects.get()
    assert newest().action == "sprint.created"

    data = filled(browser.get(page("boards_sprint_change", sprint.pk)), end_date="2026-11-20")
    browser.post(page("boards_sprint_change", sprint.pk), data)

    sprint.refresh_from_db()
    assert sprint.end_date == datetime.date(2026, 11, 20)
    assert (newest().action, newest().source) == ("sprint.updated", "admin")


def test_a_sprint_that_ends_before_it_starts_is_an_error_beside_the_field(member, sprint):
    browser = web(member)
    data = filled(browser.get(page("boards_sprint_change", sprint.pk)), end_date="2026-01-01")

    assert list(errors(browser.post(page("boards_sprint_change", sprint.pk), data))) == ["end_date"]


def test_a_sprint_is_deleted_by_its_service(member, sprint):
    web(member).post(page("boards_sprint_delete", sprint.pk), {"post": "yes"})

    assert not Sprint.objects.exists()
    assert newest().action == "sprint.deleted"


def test_the_list_of_sprints_takes_as_many_queries_with_40_as_with_4(member, board):
    browser = web(member)
    for _ in range(4):
        SprintFactory(board=board)
    browser.get(page("boards_sprint_changelist"))
    few = queries_of(browser, page("boards_sprint_changelist"))
    for _ in range(36):
        SprintFactory(board=board)

    assert queries_of(browser, page("boards_sprint_changelist")) == few
