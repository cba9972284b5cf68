"""What happened, as people read it."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from activity.actions import Reader, newest_actions
from activity.querysets import events
from activity.streams import Asked
from boards.services import board_archive, column_add, column_update
from cards.ordering import Place
from cards.services import card_create, card_delete, card_move, card_update, cards_bulk
from cards.services.columns import column_remove
from cards.services.moving import KEEP
from core.acting import acting
from core.history.lines import lines_of
from core.history.words import GENERIC, entity_types, subject_of, vocabulary
from tests.factories import BoardFactory, CardFactory, FeatureFactory, MessageFactory
from workspaces.models import WorkspaceMember
from workspaces.services.members import member_remove

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
# What goes by its last word alone, and reads well.
PLAIN = set(GENERIC)


def actions_of_the_code():
    """Every action that some service names."""
    for app in apps.get_app_configs():
        if not Path(app.path).is_relative_to(ROOT) or "site-packages" in app.path:
            continue
        for path in sorted(Path(app.path).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "acting":
                    for each in ast.walk(node.args[1]):
                        if isinstance(each, ast.Constant) and isinstance(each.value, str):
                            yield each.value


def test_every_action_has_its_words():
    named = {action for action in actions_of_the_code() if "." in action}
    assert len(named) > 50
    without = {
        action
        for action in named
        if action not in vocabulary().actions and action.rpartition(".")[2] not in PLAIN
    }
    assert without == set()


def test_every_action_is_about_a_kind_of_row_that_there_is():
    subjects = {subject_of(action) for action in vocabulary().actions}
    assert subjects - set(entity_types()) == set()


@pytest.fixture
def newest(told):
    """The newest sentence that somebody reads."""
    return lambda person: told(person)[0]


@pytest.fixture
def card(member, board):
    return card_create(actor=member, board=board, title="Write the log")


def test_a_card_is_made(card, member, newest):
    assert newest(member) == "Max Member created ACME-1"


def test_a_move_names_both_columns(card, member, board, newest):
    card_move(card=card, actor=member, column_id=board.columns[1]["id"])
    assert newest(member) == "Max Member moved ACME-1 from To Do to In Progress"


def test_a_move_within_a_column_says_so(card, member, board, newest):
    other = card_create(actor=member, board=board, title="Other")
    card_move(card=other, actor=member, column_id=other.column_id, place=Place(end="top"))
    assert newest(member) == "Max Member moved ACME-2 within its column"


def test_columns_are_called_what_they_were_called_then(card, member, admin, board, told):
    to_do, doing = board.columns[0]["id"], board.columns[1]["id"]
    card_move(card=card, actor=member, column_id=doing)
    column_update(board=board, actor=member, column_id=doing, name="Doing")
    card_move(card=card, actor=member, column_id=to_do)
    column_remove(board=board, actor=member, column_id=doing)
    assert told(member)[:4] == [
        "Max Member removed the column “Doing” from board “Product”",
        "Max Member moved ACME-1 from Doing to To Do",
        "Max Member renamed the column “In Progress” of board “Product” to “Doing”",
        "Max Member moved ACME-1 from To Do to In Progress",
    ]


def test_cards_of_a_removed_column_moved_from_it(card, member, board, told):
    column_remove(
        board=board,
        actor=member,
        column_id=board.columns[0]["id"],
        move_cards_to=board.columns[3]["id"],
    )
    assert "ACME-1" in str(told(member)[:2])
    assert "To Do → Done" in str(told(member)[:2]) or "from To Do to Done" in str(told(member)[:2])


def test_a_move_to_another_board_names_both(card, member, workspace, board, newest):
    other = BoardFactory(workspace=workspace, name="Website")
    card_move(card=card, actor=member, column_id=other.columns[2]["id"], board=other)
    assert newest(member) == (
        "Max Member moved ACME-1 from To Do on “Product” to In Review on “Website”"
    )


def test_assigning_names_the_person_and_the_card(card, member, admin, newest):
    card_update(card=card, actor=member, changes={"assignees": [admin]})
    assert newest(member) == "Max Member assigned Ada Admin to ACME-1"
    card_update(card=card, actor=admin, changes={"assignees": []})
    assert newest(member) == "Ada Admin took Ada Admin off ACME-1"


def test_short_changes_are_told_with_their_values(card, member, newest):
    card_update(card=card, actor=member, changes={"priority": "high"})
    assert newest(member) == "Max Member changed ACME-1 (Priority: None → High)"
    card_update(card=card, actor=member, changes={"description": "long " * 50})
    assert newest(member) == "Max Member changed ACME-1 (Description)"


def test_what_is_gone_keeps_its_name(card, member, admin, told):
    card_update(card=card, actor=member, changes={"assignees": [admin]})
    card_delete(card=card, actor=admin)
    assert [line for line in told(member) if "ACME-1" in line] == [
        "Ada Admin took Ada Admin off ACME-1",
        "Ada Admin deleted ACME-1",
        "Max Member assigned Ada Admin to ACME-1",
        "Max Member created ACME-1",
    ]


def test_who_left_is_still_named(workspace, member, admin, told):
    member_remove(member=WorkspaceMember.objects.get(user=member), actor=admin)
    assert told(admin)[0] == "Ada Admin took Max Member out of the workspace “Acme”"


def test_a_board_gets_a_column(board, member, newest):
    column_add(board=board, actor=member, name="QA")
    assert newest(member) == "Max Member added the column “QA” to board “Product”"


def test_an_action_that_nobody_gave_words_reads_well(board, member, newest):
    with acting(member, "board.painted_blue"):
        type(board).objects.filter(pk=board.pk).update(name="Blue")
    assert newest(member) == "Max Member: painted blue, board “Blue”"


def test_what_no_service_named_is_told_by_what_became_of_it(board, member, newest):
    type(board).objects.filter(pk=board.pk).update(name="Blue")
    assert newest(member) == "Taskly changed board “Blue” (Name: Product → Blue)"


def test_names_of_things_one_may_not_see_are_not_told(other_board, outsider, member, told):
    board_archive(board=other_board, actor=outsider)
    assert "Foreign" not in str(told(member))


def lines(person, limit=10):
    page = newest_actions(Reader(person), events(), Asked(), limit=limit)

    def rows(model):
        found = model._default_manager.all()
        return found.visible_to(person) if hasattr(found, "visible_to") else None

    return lines_of(page.groups, rows)


def test_a_bulk_of_cards_is_one_line(board, member):
    cards = CardFactory.create_batch(30, board=board)
    moved = {"column_id": board.columns[3]["id"], "place": Place(), "sprint": KEEP}
    with acting(member, "card.moved"):
        cards_bulk(
            actor=member,
            move=[{"card": each, **moved, "override_wip_limit": False} for each in cards],
        )
    line = lines(member)[0]
    assert line.sentence == "Max Member moved 30 cards"
    assert len(line.further) == 12
    assert line.more == 18
    assert line.further[0].sentence.endswith(" from To Do to Done")


def test_a_few_cards_moved_to_one_column_name_it(board, member):
    cards = CardFactory.create_batch(3, board=board)
    with acting(member, "card.moved"):
        for card in cards:
            card_move(card=card, actor=member, column_id=board.columns[3]["id"])
    assert lines(member)[0].sentence == "Max Member moved 3 cards to Done"


def test_what_goes_along_stands_below_its_action(board, member, admin):
    card_create(actor=member, board=board, title="Both", assignees=[admin, member])
    line = lines(member)[0]
    assert line.sentence == "Max Member created ACME-1"
    assert line.note == "Both"
    assert [each.sentence for each in line.further] == [
        "Max Member assigned Max Member to ACME-1",
        "Max Member assigned Ada Admin to ACME-1",
    ]


def test_a_huge_action_is_counted_no_further_than_needed(board, member, monkeypatch):
    monkeypatch.setattr("activity.actions.COUNTED", 20)
    with acting(member, "card.created"):
        CardFactory.create_batch(30, board=board)
    line = lines(member)[0]
    assert line.sentence == "Max Member created 20+ cards"
    assert str(line.more) == "8+"


def test_people_features_and_messages_have_words(project, member, admin, newest):
    with acting(member, "feature.updated"):
        feature = FeatureFactory(project=project, name="Search")
        type(feature).objects.filter(pk=feature.pk).update(
            status="blocked", status_reason="No index"
        )
    assert newest(member) == (
        "Max Member changed the status of feature “Search”: Backlog → Blocked (No index)"
    )
    with acting(member, "message.posted"):
        MessageFactory(channel__project=project, author=member, content="Hello")
    assert newest(member).endswith(": Hello")
