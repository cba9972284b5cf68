"""Every write to boards, their columns and sprints.

What also touches cards (removing a column, what a sprint does to its cards) stands in
`cards.services`.
"""

from boards.services.boards import (
    board_archive,
    board_create,
    board_delete,
    board_unarchive,
    board_update,
)
from boards.services.columns import (
    MAX_COLUMNS,
    MAX_WIP_LIMIT,
    LastColumn,
    column_add,
    column_of,
    column_update,
    columns_save,
    columns_without,
)
from boards.services.locks import (
    BoardArchived,
    BoardGone,
    board_lock,
    boards_lock,
    refuse_archived,
)
from boards.services.sprints import (
    SprintGone,
    sprint_create,
    sprint_delete,
    sprint_lock,
    sprint_update,
)

__all__ = [
    "MAX_COLUMNS",
    "MAX_WIP_LIMIT",
    "BoardArchived",
    "BoardGone",
    "LastColumn",
    "SprintGone",
    "board_archive",
    "board_create",
    "board_delete",
    "board_lock",
    "board_unarchive",
    "board_update",
    "boards_lock",
    "column_add",
    "column_of",
    "column_update",
    "columns_save",
    "columns_without",
    "refuse_archived",
    "sprint_create",
    "sprint_delete",
    "sprint_lock",
    "sprint_update",
]
