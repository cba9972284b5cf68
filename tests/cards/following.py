"""A client's copy of a board that it keeps up by what changed, and random things that happen."""

import json
import random
import uuid

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connection, transaction

from boards.models import Board, Sprint
from boards.services import board_update, column_add, column_update
from cards import services
from cards.models import Card, ChecklistItem, Comment
from cards.ordering import Place
from cards.services.labels import labels_in_use
from cards.services.moving import KEEP
from core.exceptions import RuleViolation
from integrations.models import CardPullRequest, PullRequest
from integrations.services import card_link, card_unlink
from tests.factories import SprintFactory
from workspaces.models import User, WorkspaceMember

BESIDE = ("board", "sprints", "labels", "members")


class Copy:
    """What a client knows: it applies answers of the snapshot, whole or what changed."""

    def __init__(self, answer):
        self.apply(answer)

    def apply(self, answer):
        """Lay an answer over what is known, as the API's document says."""
        self.event_id = answer["event_id"]
        self.beside = {name: answer[name] for name in BESIDE}
        self.columns = [
            {name: value for name, value in column.items() if name != "cards"}
            for column in answer["columns"]
        ]
        if "cards" not in answer:
            self.cards = {
                each["id"]: each for column in answer["columns"] for each in column["cards"]
            }
            self.order = {
                column["id"]: [each["id"] for each in column["cards"]]
                for column in answer["columns"]
            }
            return
        gone = {*answer["left"], *(each["id"] for each in answer["cards"])}
        self.order = {
            column["id"]: [each for each in self.order.get(column["id"], ()) if each not in gone]
            for column in answer["columns"]
        }
        for each in answer["left"]:
            self.cards.pop(each, None)
        for told in answer["cards"]:
            card = dict(told)
            column, after = self.order[card.pop("column_id")], card.pop("after")
            column.insert(column.index(after) + 1 if after else 0, card["id"])
            self.cards[card["id"]] = card

    def whole(self):
        """The board as the whole answer would show it, but for its event."""
        return self.beside | {
            "columns": [
                {**column, "cards": [self.cards[each] for each in self.order[column["id"]]]}
                for column in self.columns
            ]
        }


def whole(answer):
    """A whole answer but for its event."""
    return {name: value for name, value in answer.items() if name != "event_id"}


class Happenings:
    """Random things that people and programs do to two boards of a workspace and what is on them.

    What the rules refuse, or somebody else has just made impossible, doesn't happen.
    """

    def __init__(self, boards, people, pulls, seed):
        self.boards = [board.pk for board in boards]
        self.people = people
        self.pulls = pulls
        self.chance = random.Random(seed)

    def happen(self):
        """Do one of them; its name, for the message of a test that fails."""
        name = self.chance.choice(NAMES)
        try:
            with transaction.atomic():
                getattr(self, name)()
        except (RuleViolation, ValidationError, DatabaseError, IndexError, ObjectDoesNotExist):
            # IndexError: there was nothing of the kind to choose from.
            return f"{name}, refused"
        return name

    # What to choose from
    def _board(self):
        return Board.objects.get(pk=self.chance.choice(self.boards))

    def _card(self, **where):
        return self.chance.choice(list(Card.objects.filter(board_id__in=self.boards, **where)))

    def _any(self, model, **where):
        return self.chance.choice(list(model.objects.filter(board_id__in=self.boards, **where)))

    def _actor(self):
        return self.people[0]

    def _text(self):
        return (
            f"{self.chance.choice(('Ship', 'Ünïcode', 'Тест', '🏳️‍🌈'))} {self.chance.random():.6f}"
        )

    def _labels(self):
        names = self.chance.sample(("Bug", "Idea", "Docs"), self.chance.randint(0, 3))
        return {"labels": [{"name": name} for name in names]}

    def _place(self, column_id):
        cards = list(Card.objects.filter(column_id=column_id).values_list("pk", flat=True))
        beside = self.chance.choice(cards) if cards else None
        return self.chance.choice(
            (Place("top"), Place("bottom"), Place(before=beside), Place(after=beside))
        )

    def _sql(self, statement, *params):
        with connection.cursor() as cursor:
            cursor.execute(statement, params)

    # Cards
    def make(self):
        board = self._board()
        column = self.chance.choice(board.columns)["id"]
        services.card_create(
            actor=self._actor(),
            board=board,
            column_id=column,
            title=self._text(),
            metadata=self._labels(),
            place=self._place(column),
            assignees=self.chance.sample(self.people, 1),
        )

    def edit(self):
        changes = {
            "title": self._text(),
            "metadata": self._labels(),
            "priority": self.chance.choice(("none", "high")),
            "story_points": self.chance.choice((None, 1, 8)),
            "assignees": self.chance.sample(self.people, self.chance.randint(0, 2)),
        }
        name = self.chance.choice(list(changes))
        services.card_update(card=self._card(), actor=self._actor(), changes={name: changes[name]})

    def move(self):
        card = self._card()
        board = self.chance.choice((card.board, card.board, self._board()))
        column = self.chance.choice(board.columns)["id"]
        services.card_move(
            card=card,
            actor=self._actor(),
            board=board,
            column_id=column,
            place=self._place(column),
            sprint=KEEP if board == card.board else None,
        )

    def move_into_no_room(self):
        """Between two neighbors without a number between them: the column is spaced anew."""
        column = self.chance.choice(self._board().columns)["id"]
        cards = Card.objects.filter(column_id=column).order_by("position")
        first, second = cards[0], cards[1]
        self._sql("UPDATE cards SET position = %s WHERE id = %s", second.position - 1, first.pk)
        card = self._card(board_id=first.board_id)
        services.card_move(
            card=card, actor=self._actor(), column_id=column, place=Place(before=second.pk)
        )

    def put_away(self):
        services.card_archive(card=self._card(archived_at=None), actor=self._actor())

    def bring_back(self):
        card = self._card(archived_at__isnull=False)
        services.card_unarchive(card=card, actor=self._actor())

    def throw_away(self):
        services.card_delete(card=self._card(), actor=self._actor())

    def do_many(self):
        cards = [self._card() for _time in range(3)]
        board = self._board()
        column = self.chance.choice(board.columns)["id"]
        services.cards_bulk(
            actor=self._actor(),
            create=[{"board": board, "title": self._text()}],
            change=[{"card": cards[0], "changes": {"title": self._text()}}],
            move=[
                {
                    "card": cards[1],
                    "board": board,
                    "column_id": column,
                    "place": self._place(column),
                    "sprint": None,
                    "override_wip_limit": False,
                }
            ],
            archive=[cards[2]],
        )

    # What hangs on them
    def comment(self):
        services.comment_create(card=self._card(), actor=self._actor(), content=self._text())

    def take_back_comment(self):
        comment = self._any(Comment, deleted_at=None)
        services.comment_delete(comment=comment, actor=comment.author)

    def plan_step(self):
        services.checklist_item_create(
            card=self._card(), actor=self._actor(), text="Step", done=self.chance.random() < 0.5
        )

    def tick_step(self):
        item = self._any(ChecklistItem)
        services.checklist_item_update(
            item=item, actor=self._actor(), changes={"done": item.done_at is None}
        )

    def drop_step(self):
        services.checklist_item_delete(item=self._any(ChecklistItem), actor=self._actor())

    def link(self):
        pull = self.chance.choice(self.pulls)
        card_link(card=self._card(), pull_request=pull, actor=self._actor())

    def unlink(self):
        tie = self._any(CardPullRequest)
        card_unlink(card=tie.card, pull_request=tie.pull_request, actor=self._actor())

    def merge(self):
        state = self.chance.choice(("open", "draft"))
        PullRequest.objects.filter(pk=self.chance.choice(self.pulls).pk).update(state=state)

    # The board and its people
    def rename_label(self):
        board = self._board()
        label = self.chance.choice(labels_in_use(board))
        services.label_update(
            board=board,
            actor=self._actor(),
            label_id=label["id"],
            name=self.chance.choice((label["name"], label["name"].swapcase(), "Named anew")),
            color=f"#{self.chance.randrange(2**24):06x}",
        )

    def rename_board(self):
        board_update(board=self._board(), actor=self._actor(), changes={"name": self._text()})

    def add_column(self):
        column_add(board=self._board(), actor=self._actor(), name=self._text(), position=0)

    def change_column(self):
        board = self._board()
        column_update(
            board=board,
            actor=self._actor(),
            column_id=self.chance.choice(board.columns)["id"],
            **self.chance.choice(
                (
                    {"name": self._text()},
                    {"position": len(board.columns) - 1},
                    {"category": self.chance.choice(("todo", "done"))},
                    {"wip_limit": self.chance.choice((None, 3, 50))},
                )
            ),
        )

    def remove_column(self):
        board = self._board()
        gone, *others = self.chance.sample(board.columns, len(board.columns))
        target = self.chance.choice(others)
        services.column_remove(
            board=board,
            actor=self._actor(),
            column_id=gone["id"],
            move_cards_to=uuid.UUID(target["id"]),
        )

    def plan_sprint(self):
        sprint = SprintFactory(board=self._board(), name=self._text())
        card = self._card(board=sprint.board)
        services.card_update(card=card, actor=self._actor(), changes={"sprint": sprint})

    def drop_sprint(self):
        self._any(Sprint).delete()

    def rename_person(self):
        person = self.chance.choice(self.people)
        User.objects.filter(pk=person.pk).update(full_name=self._text())

    def lose_person(self):
        person = self.people[-1]
        workspace_id = Board.objects.get(pk=self.boards[0]).workspace_id
        gone, _rows = WorkspaceMember.objects.filter(
            user=person, workspace_id=workspace_id
        ).delete()
        if not gone:
            WorkspaceMember.objects.create(user=person, workspace_id=workspace_id, role="member")

    # Behind the services' back
    def sql(self):
        self._sql(*self.chance.choice(STATEMENTS)(self))


COLUMN = "(SELECT id FROM board_columns WHERE board_id = %s ORDER BY md5(id::text || %s) LIMIT 1)"
STATEMENTS = [
    lambda self: ("UPDATE cards SET title = %s WHERE id = %s", self._text(), self._card().pk),
    lambda self: (
        "UPDATE cards SET position = position + 1000000 WHERE board_id = %s",
        self._board().pk,
    ),
    lambda self: (
        "UPDATE cards SET position = -position WHERE column_id = %s",
        self._card().column_id,
    ),
    lambda self: (
        f"UPDATE cards SET column_id = {COLUMN}, position = position + 7777777 WHERE id = %s",
        *((card := self._card()).board_id, self._text(), card.pk),
    ),
    lambda self: (
        f"UPDATE cards SET board_id = b.id, sprint_id = NULL, column_id = {COLUMN}, "
        "position = cards.position + 8888888 FROM boards b "
        "WHERE b.id = %s AND cards.id IN (%s, %s)",
        *((board := self._board()).pk, self._text(), board.pk, self._card().pk, self._card().pk),
    ),
    lambda self: (
        "UPDATE cards SET archived_at = CASE WHEN archived_at IS NULL THEN now() END "
        "WHERE id IN (%s, %s)",
        *(self._card().pk, self._card().pk),
    ),
    lambda self: ("DELETE FROM cards WHERE id IN (%s, %s)", self._card().pk, self._card().pk),
    lambda self: (
        "UPDATE cards SET metadata = %s WHERE id = %s",
        json.dumps({"labels": [{"id": "raw", "name": "Raw", "color": "#112233"}]}),
        self._card().pk,
    ),
    lambda self: (
        "UPDATE card_assignees SET user_id = %s WHERE id = "
        "(SELECT id FROM card_assignees WHERE board_id = %s LIMIT 1)",
        *(self.chance.choice(self.people).pk, self._board().pk),
    ),
    lambda self: ("DELETE FROM card_assignees WHERE card_id = %s", self._card().pk),
    lambda self: (
        "UPDATE comments SET deleted_at = CASE WHEN deleted_at IS NULL THEN now() END "
        "WHERE board_id = %s",
        self._board().pk,
    ),
    lambda self: ("DELETE FROM comments WHERE card_id = %s", self._card().pk),
    lambda self: (
        "UPDATE checklist_items SET done_at = CASE WHEN done_at IS NULL THEN now() END, "
        "done_by_id = NULL WHERE board_id = %s",
        self._board().pk,
    ),
    lambda self: ("DELETE FROM checklist_items WHERE card_id = %s", self._card().pk),
]

NAMES = [name for name in vars(Happenings) if not name.startswith("_") and name != "happen"]
NAMES += ["move"] * 6 + ["sql"] * 6 + ["make"] * 4
