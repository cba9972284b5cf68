"""Boards, their columns, and sprints."""

import json

from boards.models import default_columns
from tests.factories import BoardFactory, SprintFactory
from tests.walks.case import Case
from tests.walks.sql import NOBODY, inserting, update

BOARD = {"id": "board"}
SPRINT = {"id": "sprint"}
COLUMN = {"id": "board", "column_id": "column"}
DATES = {"start_date": "2026-12-01", "end_date": "2026-12-14"}

CASES = {
    # Boards
    "GET boards/": Case(filters={"workspace": "workspace", "project": "project"}),
    "POST boards/": Case(
        body=lambda ids: {
            "workspace": ids["workspace"],
            "project": ids["project"],
            "name": "New",
        },
        body_ids={"workspace": "workspace", "project": "project"},
        status=201,
    ),
    "GET boards/{id}/": Case(path=BOARD),
    "PATCH boards/{id}/": Case(
        path=BOARD,
        body=lambda ids: {"name": "New", "project": ids["project"]},
        body_ids={"project": "project"},
    ),
    "DELETE boards/{id}/": Case(path=BOARD, status=204, admin_only=True),
    "POST boards/{id}/archive/": Case(path=BOARD, body=lambda ids: {}),
    "POST boards/{id}/unarchive/": Case(path=BOARD, body=lambda ids: {}),
    "GET boards/{id}/snapshot/": Case(path=BOARD),
    "GET boards/{id}/labels/": Case(path=BOARD),
    "PATCH boards/{id}/labels/{label_id}/": Case(
        path={"id": "board", "label_id": "label"}, body=lambda ids: {"name": "Defect"}
    ),
    "POST boards/{id}/columns/": Case(path=BOARD, body=lambda ids: {"name": "QA"}, status=201),
    "PATCH boards/{id}/columns/{column_id}/": Case(path=COLUMN, body=lambda ids: {"name": "QA"}),
    "DELETE boards/{id}/columns/{column_id}/": Case(
        path=COLUMN, filters={"move_cards_to": "other_column"}
    ),
    # Sprints
    "GET sprints/": Case(filters={"workspace": "workspace", "board": "board"}),
    "POST sprints/": Case(
        body=lambda ids: {"board": ids["board"], "name": "New", **DATES},
        body_ids={"board": "board"},
        alone=("board",),
        status=201,
    ),
    "GET sprints/{id}/": Case(path=SPRINT),
    "PATCH sprints/{id}/": Case(path=SPRINT, body=lambda ids: {"name": "New"}),
    "DELETE sprints/{id}/": Case(path=SPRINT, status=204),
}

READS = {
    "GET boards/": 1,
    "GET boards/{id}/": 1,
    "GET boards/{id}/labels/": 2,
    "GET boards/{id}/snapshot/": 3,
    "GET sprints/": 1,
    "GET sprints/{id}/": 1,
}


def tenant(ids, workspace, person):
    board = BoardFactory(workspace=workspace, name=f"Board of {workspace.key}")
    return {
        "board": board.pk,
        "column": board.columns[0]["id"],
        "other_column": board.columns[1]["id"],
        "sprint": SprintFactory(board=board).pk,
    }


def grow(number, ids, workspace, people):
    for _time in range(number):
        BoardFactory(workspace=workspace)


def fill(card):
    SprintFactory(board=card.board)


DEFAULTS = {
    "boards": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "name": "'New'",
        "columns": "%(new_columns)s",
    },
    "sprints": {
        "id": "gen_random_uuid()",
        "workspace_id": "%(workspace)s",
        "board_id": "%(board)s",
        "name": "'New'",
        "start_date": "'2026-01-01'",
        "end_date": "'2026-01-14'",
    },
}
insert = inserting(DEFAULTS)


def things(cast):
    """Rows for the statements below, by the names that they use."""
    board = cast["board"]
    empty = BoardFactory(workspace=cast["workspace"], name="Empty")
    SprintFactory(board=board)
    return {
        "empty_board": empty.pk,
        "sprint": SprintFactory(board=board).pk,
        "sprint_of_empty_board": SprintFactory(board=empty).pk,
        "column": board.columns[0]["id"],
        "empty_column": empty.columns[0]["id"],
        "other_column": cast["other_board"].columns[0]["id"],
        "columns": json.dumps(board.columns),
        "new_columns": json.dumps(default_columns()),
    }


def columns(changed):
    """The board's columns with `changed` laid over the first one."""
    return update("boards", f"columns = jsonb_set(columns, '{{0}}', columns -> 0 || '{changed}')")


UNCHANGING = {("boards", "workspace_id"), ("sprints", "board_id")}

BROKEN = [
    # Boards
    ("boards_pkey", "id", 409, insert("boards", id="%(board)s")),
    ("boards_name_given", "name", 400, update("boards", "name = ''")),
    ("boards_workspace_fk", "workspace", 400, insert("boards", workspace_id=NOBODY)),
    (
        "boards_workspace_id_unchanging",
        "workspace",
        400,
        update("boards", "workspace_id = %(other_workspace)s"),
    ),
    ("boards_id_unchanging", "id", 400, update("boards", f"id = {NOBODY}", "empty_board")),
    ("boards_columns_valid", "columns", 400, update("boards", "columns = '[]'")),
    ("boards_columns_valid", "columns", 400, update("boards", "columns = '{}'")),
    ("boards_columns_valid", "columns", 400, update("boards", "columns = 'null'")),
    ("boards_columns_valid", "columns", 400, update("boards", "columns = '[1]'")),
    ("boards_columns_valid", "columns", 400, update("boards", "columns = columns || '[{}]'")),
    ("boards_columns_valid", "columns", 400, update("boards", "columns = columns - 0")),
    ("boards_columns_valid", "columns", 400, columns('{"id": "7"}')),
    ("boards_columns_valid", "columns", 400, columns('{"id": 7}')),
    ("boards_columns_valid", "columns", 400, columns('{"name": ""}')),
    ("boards_columns_valid", "columns", 400, columns('{"name": " To Do"}')),
    ("boards_columns_valid", "columns", 400, columns('{"name": 5}')),
    ("boards_columns_valid", "columns", 400, columns('{"name": "Done"}')),
    ("boards_columns_valid", "columns", 400, columns(f'{{"name": "{"x" * 101}"}}')),
    ("boards_columns_valid", "columns", 400, columns('{"position": 1}')),
    ("boards_columns_valid", "columns", 400, columns('{"position": 0.0}')),
    ("boards_columns_valid", "columns", 400, columns('{"position": "0"}')),
    ("boards_columns_valid", "columns", 400, columns('{"position": -1}')),
    ("boards_columns_valid", "columns", 400, columns('{"category": "doing"}')),
    ("boards_columns_valid", "columns", 400, columns('{"category": null}')),
    ("boards_columns_valid", "columns", 400, columns('{"wip_limit": 0}')),
    ("boards_columns_valid", "columns", 400, columns('{"wip_limit": -1}')),
    ("boards_columns_valid", "columns", 400, columns('{"wip_limit": 1.5}')),
    ("boards_columns_valid", "columns", 400, columns('{"wip_limit": 99999999999}')),
    ("boards_columns_valid", "columns", 400, columns('{"wip_limit": "3"}')),
    ("boards_columns_valid", "columns", 400, columns('{"extra": 1}')),
    ("board_columns_pkey", "columns", 409, insert("boards", columns="%(columns)s")),
    (
        "board_columns_pkey",
        "columns",
        409,
        update(
            "boards", "columns = jsonb_set(columns, '{1,id}', columns #> '{0,id}')", "empty_board"
        ),
    ),
    (
        "cards_column_fk",
        "column",
        400,
        update("boards", "columns = %(new_columns)s"),
    ),
    ("boards_project_fk", "project", 400, insert("boards", project_id=NOBODY)),
    ("boards_project_fk", "project", 400, update("boards", "project_id = %(other_project)s")),
    (
        "boards_project_open",
        "project",
        409,
        insert("boards", project_id="%(archived_project)s"),
    ),
    (
        "boards_project_open",
        "project",
        409,
        update("boards", "project_id = %(archived_project)s"),
    ),
    # Sprints
    ("sprints_pkey", "id", 409, insert("sprints", id="%(sprint)s")),
    ("sprints_name_given", "name", 400, update("sprints", "name = ''")),
    (
        "sprints_end_after_start",
        "end_date",
        400,
        update("sprints", "end_date = start_date - 1"),
    ),
    (
        "sprints_capacity_not_negative",
        "capacity_points",
        400,
        update("sprints", "capacity_points = -1"),
    ),
    ("sprints_status_valid", "status", 400, update("sprints", "status = 'paused'")),
    (
        "sprints_one_active_per_board",
        "board",
        409,
        "UPDATE sprints SET status = 'active' WHERE board_id = %(board)s",
    ),
    ("sprints_board_fk", "board", 400, insert("sprints", board_id=NOBODY)),
    ("sprints_board_fk", "board", 400, insert("sprints", board_id="%(other_board)s")),
    *[
        (f"sprints_{name}_check", name, 400, update("sprints", f"{name} = -1"))
        for name in ("committed_points", "committed_cards", "completed_points", "completed_cards")
    ],
    (
        "sprints_board_id_unchanging",
        "board",
        400,
        update("sprints", "board_id = %(empty_board)s"),
    ),
    ("sprints_id_unchanging", "id", 400, update("sprints", f"id = {NOBODY}")),
]  # fmt: skip
