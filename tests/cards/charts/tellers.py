"""Four ways of changing things: by services, in bulk, by the web pages' forms, by raw SQL."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from boards.models import Board, Sprint
from boards.services import column_update, sprint_create
from cards import services
from cards.models import Card
from core.identifiers import uuid7
from tests.cards.charts.story import MONTH, YEAR
from tests.web import filled, page, web

STEP = 65_536


def day(number: int) -> datetime.date:
    return datetime.date(YEAR, MONTH, number)


class Stage:
    """The boards and people of the story, and what the ways of changing things ask of them."""

    def __init__(self, boards: dict[str, Board], people: dict[str, Any]) -> None:
        self.boards = boards
        self.people = people
        self.cards: dict[str, uuid.UUID] = {}

    def card(self, name: str) -> Card:
        return Card.objects.get(pk=self.cards[name])

    def sprint(self, name: str | None) -> Sprint | None:
        return None if name is None else Sprint.objects.get(board=self.boards["A"], name=name)

    def board_of(self, card: str) -> str:
        """Which board a card is on, by its letter."""
        return next(
            name for name, board in self.boards.items() if board.pk == self.card(card).board_id
        )

    def column(self, name: str, board: str = "A") -> str:
        """The id of a column."""
        columns = Board.objects.get(pk=self.boards[board].pk).columns
        return next(column["id"] for column in columns if column["name"] == name)

    def columns_with(self, name: str, category: str) -> list[dict[str, Any]]:
        """Board A's columns with another category in one of them."""
        columns = Board.objects.get(pk=self.boards["A"].pk).columns
        return [
            {**column, "category": category} if column["name"] == name else column
            for column in columns
        ]

    def place(self, column: str) -> int:
        """A free place at the bottom of a column."""
        last = Card.objects.filter(column_id=column).aggregate(last=Max("position"))["last"]
        return (last or 0) + STEP


class ByServices(Stage):
    """As the API does it."""

    def plan(self, who: str, sprint: str, first: int, last: int) -> None:
        sprint_create(
            actor=self.people[who],
            board=self.boards["A"],
            name=sprint,
            start_date=day(first),
            end_date=day(last),
        )

    def start(self, who: str, sprint: str) -> None:
        services.sprint_start(sprint=self.sprint(sprint), actor=self.people[who], at=timezone.now())

    def complete(self, who: str, sprint: str, carry_over_to: str | None) -> None:
        services.sprint_complete(
            sprint=self.sprint(sprint),
            actor=self.people[who],
            at=timezone.now(),
            carry_over_to=self.sprint(carry_over_to),
        )

    def make(
        self, who: str, card: str, column: str, points: int | None, sprint: str | None
    ) -> None:
        self.cards[card] = services.card_create(
            actor=self.people[who],
            board=self.boards["A"],
            title=card,
            column_id=self.column(column),
            story_points=points,
            sprint=self.sprint(sprint),
        ).pk

    def estimate(self, who: str, card: str, points: int | None) -> None:
        self._change(who, card, story_points=points)

    def schedule(self, who: str, card: str, sprint: str | None) -> None:
        self._change(who, card, sprint=self.sprint(sprint))

    def _change(self, who: str, card: str, **changes: Any) -> None:
        services.card_update(card=self.card(card), actor=self.people[who], changes=changes)

    def move(self, who: str, card: str, column: str) -> None:
        services.card_move(
            card=self.card(card),
            actor=self.people[who],
            column_id=self.column(column, self.board_of(card)),
        )

    def send(self, who: str, card: str, board: str, column: str) -> None:
        services.card_move(
            card=self.card(card),
            actor=self.people[who],
            board=self.boards[board],
            column_id=self.column(column, board),
        )

    def archive(self, who: str, card: str) -> None:
        services.card_archive(card=self.card(card), actor=self.people[who])

    def unarchive(self, who: str, card: str) -> None:
        services.card_unarchive(card=self.card(card), actor=self.people[who])

    def delete(self, who: str, card: str) -> None:
        services.card_delete(card=self.card(card), actor=self.people[who])

    def recategorise(self, who: str, column: str, category: str) -> None:
        column_update(
            board=self.boards["A"],
            actor=self.people[who],
            column_id=self.column(column),
            category=category,
        )


class InBulk(Stage):
    """By `bulk_create()` and `update()`, past every service."""

    def plan(self, who: str, sprint: str, first: int, last: int) -> None:
        board = self.boards["A"]
        Sprint.objects.bulk_create(
            [
                Sprint(
                    workspace_id=board.workspace_id,
                    board=board,
                    name=sprint,
                    start_date=day(first),
                    end_date=day(last),
                )
            ]
        )

    def start(self, who: str, sprint: str) -> None:
        Sprint.objects.filter(name=sprint).update(status="active")

    def complete(self, who: str, sprint: str, carry_over_to: str | None) -> None:
        """The status first: what leaves in the same transaction is carried over all the same."""
        Sprint.objects.filter(name=sprint).update(status="completed")
        left = Card.objects.filter(sprint__name=sprint, completed_at=None)
        left.update(sprint=self.sprint(carry_over_to))

    def make(
        self, who: str, card: str, column: str, points: int | None, sprint: str | None
    ) -> None:
        board = self.boards["A"]
        made = Card(
            workspace_id=board.workspace_id,
            board=board,
            column_id=self.column(column),
            position=self.place(self.column(column)),
            title=card,
            story_points=points,
            sprint=self.sprint(sprint),
            created_by=self.people[who],
        )
        Card.objects.bulk_create([made])
        self.cards[card] = made.pk

    def _update(self, card: str, **values: Any) -> None:
        Card.objects.filter(pk=self.cards[card]).update(**values)

    def estimate(self, who: str, card: str, points: int | None) -> None:
        self._update(card, story_points=points)

    def schedule(self, who: str, card: str, sprint: str | None) -> None:
        self._update(card, sprint=self.sprint(sprint))

    def move(self, who: str, card: str, column: str) -> None:
        target = self.column(column, self.board_of(card))
        self._update(card, column_id=target, position=self.place(target))

    def send(self, who: str, card: str, board: str, column: str) -> None:
        target = self.column(column, board)
        self._update(
            card,
            board=self.boards[board],
            column_id=target,
            position=self.place(target),
            sprint=None,
        )

    def archive(self, who: str, card: str) -> None:
        self._update(card, archived_at=timezone.now())

    def unarchive(self, who: str, card: str) -> None:
        self._update(card, archived_at=None)

    def delete(self, who: str, card: str) -> None:
        Card.objects.filter(pk=self.cards[card]).delete()

    def recategorise(self, who: str, column: str, category: str) -> None:
        changed = self.columns_with(column, category)
        Board.objects.filter(pk=self.boards["A"].pk).update(columns=changed)


class ByForms(Stage):
    """By the web pages, signed in."""

    def _browser(self, who: str) -> Any:
        return web(self.people[who])

    def _sent(self, who: str, address: str, data: dict[str, Any]) -> None:
        response = self._browser(who).post(address, data)
        assert response.status_code == 302, response.context and response.context.get("form")

    def plan(self, who: str, sprint: str, first: int, last: int) -> None:
        data = {
            "board": self.boards["A"].pk,
            "name": sprint,
            "start_date": day(first),
            "end_date": day(last),
        }
        self._sent(who, page("boards_sprint_add"), data)

    def start(self, who: str, sprint: str) -> None:
        self._sent(who, page("boards_sprint_start", self.sprint(sprint).pk), {})

    def complete(self, who: str, sprint: str, carry_over_to: str | None) -> None:
        target = self.sprint(carry_over_to)
        data = {"to": "backlog" if target is None else str(target.pk)}
        self._sent(who, page("boards_sprint_complete", self.sprint(sprint).pk), data)

    def make(
        self, who: str, card: str, column: str, points: int | None, sprint: str | None
    ) -> None:
        address = f"{page('cards_card_add')}?board={self.boards['A'].pk}"
        data = filled(
            self._browser(who).get(address),
            title=card,
            column=self.column(column),
            story_points="" if points is None else points,
            sprint="" if sprint is None else self.sprint(sprint).pk,
        )
        self._sent(who, address, data)
        self.cards[card] = Card.objects.get(title=card).pk

    def _change(self, who: str, card: str, **changes: Any) -> None:
        address = page("cards_card_edit", self.cards[card])
        self._sent(who, address, filled(self._browser(who).get(address), **changes))

    def estimate(self, who: str, card: str, points: int | None) -> None:
        self._change(who, card, story_points="" if points is None else points)

    def schedule(self, who: str, card: str, sprint: str | None) -> None:
        self._change(who, card, sprint="" if sprint is None else self.sprint(sprint).pk)

    def move(self, who: str, card: str, column: str) -> None:
        self._change(who, card, column=self.column(column, self.board_of(card)))

    def send(self, who: str, card: str, board: str, column: str) -> None:
        data = {
            "action": "move",
            "_selected_action": [self.cards[card]],
            "apply": "1",
            "column": self.column(column, board),
            "place": "bottom",
        }
        self._sent(who, page("cards_card_changelist"), data)

    def archive(self, who: str, card: str) -> None:
        self._sent(who, page("cards_card_do", self.cards[card], "archive"), {})

    def unarchive(self, who: str, card: str) -> None:
        self._sent(who, page("cards_card_do", self.cards[card], "unarchive"), {})

    def delete(self, who: str, card: str) -> None:
        self._sent(who, page("cards_card_delete", self.cards[card]), {"post": "yes"})

    def recategorise(self, who: str, column: str, category: str) -> None:
        address = page("boards_board_columns", self.boards["A"].pk)
        shown = self._browser(who).get(address)
        data: dict[str, Any] = {"version": shown.context["form"]["version"].value()}
        rows = shown.context["rows"]
        for form in (rows.management_form, *rows.forms):
            for bound in form:
                if bound.value() not in (None, False):
                    data[bound.html_name] = bound.value()
        [changed] = [row for row in rows.forms if row["name"].value() == column]
        data[changed["category"].html_name] = category
        self._sent(who, address, data)


class BySql(Stage):
    """As somebody does it at the database's prompt."""

    def _run(self, statement: str, **values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"board": self.boards["A"].pk, **values})

    def plan(self, who: str, sprint: str, first: int, last: int) -> None:
        self._run(
            "INSERT INTO sprints (id, workspace_id, board_id, name, start_date, end_date) "
            "SELECT gen_random_uuid(), workspace_id, id, %(name)s, %(first)s, %(last)s "
            "FROM boards WHERE id = %(board)s",
            name=sprint,
            first=day(first),
            last=day(last),
        )

    def start(self, who: str, sprint: str) -> None:
        self._run("UPDATE sprints SET status = 'active' WHERE name = %(name)s", name=sprint)

    def complete(self, who: str, sprint: str, carry_over_to: str | None) -> None:
        self._run(
            "UPDATE cards SET sprint_id = (SELECT id FROM sprints WHERE name = %(to)s) "
            "WHERE sprint_id = (SELECT id FROM sprints WHERE name = %(name)s) "
            "AND completed_at IS NULL; "
            "UPDATE sprints SET status = 'completed' WHERE name = %(name)s",
            name=sprint,
            to=carry_over_to,
        )

    def make(
        self, who: str, card: str, column: str, points: int | None, sprint: str | None
    ) -> None:
        self.cards[card] = uuid7()
        self._run(
            "INSERT INTO cards (id, workspace_id, board_id, column_id, position, title, metadata, "
            "story_points, sprint_id, created_by_id) SELECT %(id)s, workspace_id, id, %(column)s, "
            "%(place)s, %(title)s, '{}', %(points)s, "
            "(SELECT id FROM sprints WHERE name = %(sprint)s), %(person)s "
            "FROM boards WHERE id = %(board)s",
            id=self.cards[card],
            column=self.column(column),
            place=self.place(self.column(column)),
            title=card,
            points=points,
            sprint=sprint,
            person=self.people[who].pk,
        )

    def estimate(self, who: str, card: str, points: int | None) -> None:
        self._run(
            "UPDATE cards SET story_points = %(points)s WHERE id = %(id)s",
            points=points,
            id=self.cards[card],
        )

    def schedule(self, who: str, card: str, sprint: str | None) -> None:
        self._run(
            "UPDATE cards SET sprint_id = (SELECT id FROM sprints WHERE name = %(sprint)s) "
            "WHERE id = %(id)s",
            sprint=sprint,
            id=self.cards[card],
        )

    def move(self, who: str, card: str, column: str) -> None:
        target = self.column(column, self.board_of(card))
        self._run(
            "UPDATE cards SET column_id = %(column)s, position = %(place)s WHERE id = %(id)s",
            column=target,
            place=self.place(target),
            id=self.cards[card],
        )

    def send(self, who: str, card: str, board: str, column: str) -> None:
        target = self.column(column, board)
        self._run(
            "UPDATE cards SET board_id = %(target)s, column_id = %(column)s, "
            "position = %(place)s, sprint_id = NULL WHERE id = %(id)s",
            target=self.boards[board].pk,
            column=target,
            place=self.place(target),
            id=self.cards[card],
        )

    def archive(self, who: str, card: str) -> None:
        self._run("UPDATE cards SET archived_at = now() WHERE id = %(id)s", id=self.cards[card])

    def unarchive(self, who: str, card: str) -> None:
        self._run("UPDATE cards SET archived_at = NULL WHERE id = %(id)s", id=self.cards[card])

    def delete(self, who: str, card: str) -> None:
        self._run("DELETE FROM cards WHERE id = %(id)s", id=self.cards[card])

    def recategorise(self, who: str, column: str, category: str) -> None:
        self._run(
            "UPDATE boards SET columns = (SELECT jsonb_agg(CASE WHEN c ->> 'name' = %(name)s "
            "THEN jsonb_set(c, '{category}', to_jsonb(%(category)s::text)) ELSE c END "
            "ORDER BY place) FROM jsonb_array_elements(columns) WITH ORDINALITY AS e (c, place)) "
            "WHERE id = %(board)s",
            name=column,
            category=category,
        )


TELLERS = {"services": ByServices, "bulk": InBulk, "forms": ByForms, "sql": BySql}
