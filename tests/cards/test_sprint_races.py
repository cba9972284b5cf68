"""Sprints started and completed while cards come, go, move and are estimated anew.

What came of it is worked out from the log alone, one action after the other, and has to be what the
sprint says: the promise, what was completed, what was carried over. The same without the locks has
to fail, or else this would see nothing.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from itertools import groupby

import pytest

from boards.models import Sprint
from cards.models import Card
from cards.services import (
    card_archive,
    card_create,
    card_delete,
    card_move,
    card_update,
    cards_bulk,
    sprint_complete,
    sprint_start,
)
from core.api.retry import retrying
from core.exceptions import RuleViolation
from core.models import EventLog
from tests.cards.test_concurrency import at_once, slowly, unlocked
from tests.factories import BoardFactory, CardFactory, SprintFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
FIELDS = ("sprint_id", "story_points", "board_id", "completed_at", "archived_at")
TIMES = ("completed_at", "archived_at")


def plain(values):
    """Those of `FIELDS` that `values` tell of; of moments only whether there is one."""
    told = {name: values[name] for name in FIELDS if name in values}
    return {name: value is not None if name in TIMES else value for name, value in told.items()}


def as_in_the_tables():
    rows = Card.objects.values("id", *FIELDS)
    return {
        str(row["id"]): plain(
            {**row, "board_id": str(row["board_id"]),
             "sprint_id": str(row["sprint_id"]) if row["sprint_id"] else None}
        )
        for row in rows
    }  # fmt: skip


def amounts(cards, sprint_id):
    """What a sprint holds: cards and points that are live, done, and open and live."""
    inside = [card for card in cards.values() if card["sprint_id"] == str(sprint_id)]

    def of(chosen):
        return len(chosen), sum(card["story_points"] or 0 for card in chosen)

    return {
        "live": of([card for card in inside if not card["archived_at"]]),
        "done": of([card for card in inside if card["completed_at"]]),
        "open": of([c for c in inside if not c["completed_at"] and not c["archived_at"]]),
    }


class Replay:
    """The log from here on, told again: the cards after each action, and what sprints did."""

    def __init__(self):
        self.cards = as_in_the_tables()
        self.since = EventLog.objects.order_by("-id").values_list("id", flat=True).first() or 0
        self.faults = []
        # By sprint: what it held before the action, what it says, and what it held after.
        self.at_start = {}
        self.at_completion = {}
        self.before = self.cards

    def run(self):
        entries = EventLog.objects.filter(pk__gt=self.since, entity_type__in=("card", "sprint"))
        for _action, group in groupby(entries.order_by("id"), key=lambda each: each.action_id):
            self._action(list(group))
        return self

    def _action(self, entries):
        for entry in entries:
            after = entry.details.get("after") or {}
            if entry.entity_type == "sprint" and "status" in after:
                told = self.at_start if after["status"] == "active" else self.at_completion
                told[str(entry.entity_id)] = (
                    amounts(self.before, entry.entity_id),
                    after | (entry.details.get("context") or {}),
                    amounts(self.cards, entry.entity_id),
                )
            if entry.entity_type == "card":
                self._card(entry)
        self.before = {key: dict(card) for key, card in self.cards.items()}

    def _card(self, entry):
        key = str(entry.entity_id)
        before = plain(entry.details.get("before") or {})
        after = plain(entry.details.get("after") or {})
        if not entry.details.get("before"):
            self.cards[key] = dict.fromkeys(FIELDS) | after
        elif not entry.details.get("after"):
            self.cards.pop(key, None)
        elif key not in self.cards:
            self.faults.append(f"{key} changed after it was deleted")
        else:
            known = {name: self.cards[key][name] for name in before}
            if known != before:
                self.faults.append(f"{key} was {known}, and is said to have been {before}")
            self.cards[key] |= after


def faults_of(replay):
    """Everything in which tables and log don't agree with one order of the actions."""
    replay.run()
    faults = list(replay.faults)
    if replay.cards != as_in_the_tables():
        faults.append("the tables aren't what the log leads to")
    for sprint_id, (held, said, _left) in replay.at_start.items():
        promised = (said["committed_cards"], said["committed_points"])
        if promised != held["live"]:
            faults.append(f"{sprint_id} promised {promised} and held {held['live']}")
    for sprint_id, (held, said, left) in replay.at_completion.items():
        done = (said["completed_cards"], said["completed_points"])
        carried = (said["carried_over_cards"], said["carried_over_points"])
        if done != held["done"]:
            faults.append(f"{sprint_id} completed {done} of {held['done']}")
        if carried != held["open"]:
            faults.append(f"{sprint_id} carried over {carried} of {held['open']}")
        if left["open"] != (0, 0) or left["done"] != held["done"]:
            faults.append(f"{sprint_id} kept {left}")
        lost = Card.objects.open().filter(sprint_id=sprint_id)
        faults += [f"{card} is open in a completed sprint" for card in lost]
    return faults


def attempt(work):
    """What a request does: the service, again where it was undone, or its refusal."""

    def tried():
        try:
            return retrying(work)
        except RuleViolation as refusal:
            return refusal

    return tried


class Scene:
    """A board with a running sprint of 16 cards, one that follows, and a board beside it."""

    def __init__(self, workspace, person, seed):
        self.random = random.Random(seed)
        self.person = person
        self.board = BoardFactory(workspace=workspace)
        self.beside = BoardFactory(workspace=workspace)
        self.active = SprintFactory(board=self.board)
        self.following = SprintFactory(board=self.board)
        self.cards = [
            CardFactory(
                board=self.board,
                sprint=self.active,
                story_points=self.random.randint(0, 8),
                column_id=self.column(3 if number % 4 == 0 else 0),
            )
            for number in range(16)
        ]
        self.backlog = CardFactory.create_batch(6, board=self.board, story_points=2)

    def fresh(self, card):
        return Card.objects.get(pk=card.pk)

    def column(self, place, board=None):
        return (board or self.board).columns[place]["id"]

    def changes(self):
        """Twenty things that people do to cards meanwhile; nothing is reopened."""
        who = self.person
        cards, backlog = [*self.cards], [*self.backlog]
        self.random.shuffle(cards)
        finished, estimated, moved, away, put_off = (
            cards[:5], cards[5:9], cards[9:11], cards[11:13], cards[13:16],
        )  # fmt: skip
        works = [
            *(lambda c=c: card_move(card=self.fresh(c), actor=who, column_id=self.column(3))
              for c in finished),
            *(lambda c=c: card_update(card=self.fresh(c), actor=who, changes={"story_points": 13})
              for c in estimated),
            *(lambda c=c: card_move(card=self.fresh(c), actor=who, board=self.beside,
                                    column_id=self.column(0, self.beside)) for c in moved),
            lambda: card_delete(card=self.fresh(away[0]), actor=who),
            lambda: card_archive(card=self.fresh(away[1]), actor=who),
            *(lambda c=c: card_update(card=self.fresh(c), actor=who, changes={"sprint": None})
              for c in put_off[:2]),
            lambda: card_update(
                card=self.fresh(put_off[2]), actor=who, changes={"sprint": self.following}
            ),
            *(lambda c=c: card_update(card=self.fresh(c), actor=who,
                                      changes={"sprint": self.active}) for c in backlog[:3]),
            lambda: cards_bulk(actor=who, change=[
                {"card": self.fresh(c), "changes": {"sprint": self.active, "story_points": 5}}
                for c in backlog[3:]
            ]),
            *(lambda n=n: card_create(actor=who, board=self.board, title=f"New {n}",
                                      sprint=self.active, story_points=3) for n in range(2)),
        ]  # fmt: skip
        self.random.shuffle(works)
        return [attempt(work) for work in works]

    def complete(self, pause):
        def completed():
            time.sleep(pause)
            return sprint_complete(
                sprint=self.active, actor=self.person, at=NOW, carry_over_to=self.following
            )

        return attempt(completed)

    def start(self, sprint, pause):
        def started():
            time.sleep(pause)
            return sprint_start(sprint=sprint, actor=self.person, at=NOW)

        return attempt(started)


def complete_amidst(workspace, person, seed, wrappers):
    """Complete a running sprint (three at once) while people work on its cards."""
    scene = Scene(workspace, person, seed)
    sprint_start(sprint=scene.active, actor=person, at=NOW)
    replay = Replay()
    pauses = [scene.random.uniform(0, 0.3) for _ in range(3)]
    answers = at_once([*(scene.complete(each) for each in pauses), *scene.changes()], wrappers)
    return scene, answers, faults_of(replay)


def start_amidst(workspace, person, seed, wrappers):
    """Start two planned sprints of one board while people work on their cards."""
    scene = Scene(workspace, person, seed)
    replay = Replay()
    starts = [
        scene.start(sprint, scene.random.uniform(0, 0.3))
        for sprint in (scene.active, scene.active, scene.following)
    ]
    answers = at_once([*starts, *scene.changes()], wrappers)
    return scene, answers, faults_of(replay)


def broken(answers):
    """What is no refusal: a deadlock, a broken constraint, a bug."""
    return [
        each
        for each in answers
        if isinstance(each, Exception) and not isinstance(each, RuleViolation)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_completing_amidst_changes_is_as_if_one_came_after_the_other(workspace, admin, seed):
    scene, answers, faults = complete_amidst(workspace, admin, seed, [slowly])

    assert broken(answers) == []
    assert faults == []
    assert [type(each) for each in answers[:3]].count(Sprint) == 1
    codes = {each.code for each in answers if isinstance(each, RuleViolation)}
    assert codes <= {"sprint_not_active", "sprint_completed"}
    # No card is lost: each is on a board, but the one that was deleted.
    made = sum(isinstance(each, Card) and each.title.startswith("New") for each in answers)
    assert Card.objects.count() == len(scene.cards) + len(scene.backlog) - 1 + made


@pytest.mark.parametrize("seed", range(3))
def test_starting_amidst_changes_is_as_if_one_came_after_the_other(workspace, admin, seed):
    _scene, answers, faults = start_amidst(workspace, admin, seed, [slowly])

    assert broken(answers) == []
    assert faults == []
    assert [type(each) for each in answers[:3]].count(Sprint) == 1
    codes = {each.code for each in answers if isinstance(each, RuleViolation)}
    assert codes <= {"sprint_not_planned", "other_sprint_active"}


def test_without_the_locks_completing_amidst_changes_goes_wrong(workspace, admin):
    def goes_wrong(seed):
        _scene, answers, faults = complete_amidst(workspace, admin, seed, [unlocked, slowly])
        completed = [type(each) for each in answers[:3]].count(Sprint)
        return bool(faults) or bool(broken(answers)) or completed != 1

    assert any(goes_wrong(seed) for seed in range(30))


def test_without_the_locks_starting_amidst_changes_goes_wrong(workspace, admin):
    def goes_wrong(seed):
        _scene, answers, faults = start_amidst(workspace, admin, seed, [unlocked, slowly])
        return bool(faults) or bool(broken(answers))

    assert any(goes_wrong(seed) for seed in range(30))


def test_a_completed_sprint_takes_in_nothing_whichever_way_a_card_comes(
    board, sprint, admin, as_admin, watch
):
    """What waited for the completion finds the sprint closed, and is told so."""
    inside = CardFactory(board=board, sprint=sprint, column_id=board.columns[3]["id"])
    sprint_start(sprint=sprint, actor=admin, at=NOW)
    sprint_complete(sprint=sprint, actor=admin, at=NOW)
    card = CardFactory(board=board)
    target = {"sprint": str(sprint.pk)}
    watch.restart()

    answers = [
        as_admin.post("/api/v1/cards/", {"board": str(board.pk), "title": "X", **target}),
        as_admin.patch(f"/api/v1/cards/{card.pk}/", target),
        as_admin.post(
            f"/api/v1/cards/{card.pk}/move/",
            {"column_id": board.columns[1]["id"], "sprint_id": str(sprint.pk)},
        ),
        as_admin.post("/api/v1/cards/bulk/", {"change": [{"id": str(card.pk), **target}]}),
    ]

    assert [each.status_code for each in answers] == [409] * 4
    assert {each.json()["code"] for each in answers} == {"sprint_completed"}
    assert [list(each.json()["errors"]) for each in answers] == [
        ["sprint"], ["sprint"], ["sprint_id"], ["change"],
    ]  # fmt: skip
    assert watch.actions() == []
    # What is in it stays, and can be changed.
    answer = as_admin.patch(f"/api/v1/cards/{inside.pk}/", {**target, "title": "Done and told"})
    assert answer.status_code == 200
