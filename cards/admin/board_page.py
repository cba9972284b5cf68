"""What the scripts of a board's page are given, so that they needn't ask for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from boards.models import Board
from cards.services.labels import PALETTE
from workspaces.admin.rights import administers

# The modules that the page loads, so that the browser fetches all of them at once and not one
# after the other has been read.
MODULES = tuple(
    f"taskly/{name}.js"
    for name in (
        "board/address",
        "board/beside",
        "board/card",
        "board/changes",
        "board/column",
        "board/columns",
        "board/dialog",
        "board/drag",
        "board/draw",
        "board/edits",
        "board/fields",
        "board/filters",
        "board/inline",
        "board/keyboard",
        "board/lane",
        "board/lanes",
        "board/list",
        "board/matching",
        "board/menu",
        "board/move",
        "board/near",
        "board/newlabel",
        "board/opening",
        "board/overlay",
        "board/people",
        "board/picker",
        "board/popover",
        "board/quick",
        "board/refusals",
        "board/saved",
        "board/selection",
        "board/session",
        "board/store",
        "board/sync",
        "board/window",
        "board/title",
        "board/tools",
        "board/writes",
        "js/api",
        "js/dom",
        "js/release",
        "js/shortcuts",
        "js/words",
    )
)


def board_page_data(
    site_name: str, request: HttpRequest, board: Board, *, may: bool
) -> dict[str, Any]:
    """The board, who looks at it, what they may do, and the addresses that the page leads to.

    Where an address is of one card, `{id}` stands for it.
    """

    def of_board(name: str) -> str:
        return reverse(f"{site_name}:boards_board_{name}", args=[board.pk])

    def of_card(name: str) -> str:
        return reverse(f"{site_name}:cards_card_{name}", args=["0"]).replace("/0/", "/{id}/")

    return {
        "board": {
            "id": str(board.pk),
            "workspace": str(board.workspace_id),
            "project": board.project_id and str(board.project_id),
            "name": board.name,
            "archived": board.archived,
            "version": board.row_version,
        },
        "workspace_key": board.workspace.key,
        "palette": PALETTE,
        "me": str(request.user.pk),
        "may": {"write": may, "administer": administers(request, board.workspace_id)},
        "urls": {
            "snapshot": f"/api/v1/boards/{board.pk}/snapshot/",
            "board": of_board("board"),
            "planning": of_board("planning"),
            "charts": of_board("charts"),
            "columns": of_board("columns"),
            "card": of_card("change"),
            "panel": of_card("panel"),
            "add": reverse(f"{site_name}:cards_card_add"),
        },
    }
