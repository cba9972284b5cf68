"""Boards and sprints."""

import datetime

import factory
from factory.django import DjangoModelFactory

from boards.models import Board, Sprint
from tests.factories.workspaces import WorkspaceFactory


class BoardFactory(DjangoModelFactory):
    class Meta:
        model = Board

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence(lambda n: f"Board {n}")


class SprintFactory(DjangoModelFactory):
    class Meta:
        model = Sprint

    board = factory.SubFactory(BoardFactory)
    workspace = factory.SelfAttribute("board.workspace")
    name = factory.Sequence(lambda n: f"Sprint {n}")
    start_date = datetime.date(2026, 11, 2)
    end_date = datetime.date(2026, 11, 15)
