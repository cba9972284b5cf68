"""What lists of boards and sprints can be asked for."""

from __future__ import annotations

from boards.models import Sprint
from core.api.filters import BooleanFilter, ChoicesFilter, IdFilter, SearchFilter, StrictFilterSet


class BoardFilters(StrictFilterSet):
    """Archived boards are left out unless asked for."""

    workspace = IdFilter(field_name="workspace_id")
    project = IdFilter(field_name="project_id", none=True)
    archived = BooleanFilter(field_name="archived")
    search = SearchFilter(field_name="name", lookup_expr="icontains")


class SprintFilters(StrictFilterSet):
    workspace = IdFilter(field_name="workspace_id")
    board = IdFilter(field_name="board_id")
    status = ChoicesFilter(field_name="status", choices=Sprint.Status.choices)
    search = SearchFilter(field_name="name", lookup_expr="icontains")
