"""What lists of cards can be asked for, and how they are ordered."""

import datetime

import pytest
from django.utils import timezone

from cards.models import Card
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, SprintFactory

CARDS = "/api/v1/cards/"
UNKNOWN = "019ab000-0000-7000-8000-000000000000"


@pytest.fixture
def found(as_member):
    """`found(priority="high")`: the titles that a list has, in order."""

    def titles(client=as_member, **query):
        answer = client.get(CARDS, query)
        assert answer.status_code == 200, answer.json()
        return [row["title"] for row in answer.json()["results"]]

    return titles


@pytest.fixture
def cards(board, columns, sprint, member, admin, member_of_both, other_board):
    """Six cards of a board (one done, one archived), one beside it, one of another workspace."""
    archived_at = "2026-11-01T00:00:00Z"

    def make(title, **values):
        return CardFactory(board=board, title=title, **values)

    made = [
        make("one", priority="high", due_date="2026-12-01", sprint=sprint, story_points=3),
        make("two", priority="low", due_date="2026-12-02", column_id=columns[1], story_points=1),
        make("three", priority="urgent", due_date="2026-12-03", sprint=sprint),
        make("four", column_id=columns[2], story_points=8),
        make("done", column_id=columns[3], priority="medium", story_points=5),
        make("archived", archived_at=archived_at, priority="high"),
        CardFactory(board=BoardFactory(workspace=board.workspace), title="beside"),
        CardFactory(board=other_board, title="foreign", priority="high"),
    ]
    CardAssigneeFactory(card=made[0], user=member)
    CardAssigneeFactory(card=made[0], user=admin)
    CardAssigneeFactory(card=made[1], user=admin)
    CardAssigneeFactory(card=made[7], user=member_of_both)
    return {card.title: card for card in made}


def test_without_a_question_a_list_has_everything_that_is_not_archived(found, cards):
    assert found() == ["one", "two", "three", "four", "done", "beside"]


def test_who_is_in_two_workspaces_sees_the_cards_of_both(found, client_of, member_of_both, cards):
    client = client_of(member_of_both)

    assert found(client)[-1] == "foreign"
    workspace = str(cards["foreign"].workspace_id)
    assert found(client, workspace=workspace) == ["foreign"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"priority": "high"}, ["one"]),
        ({"priority": "high,urgent"}, ["one", "three"]),
        ({"due_before": "2026-12-02"}, ["one"]),
        ({"due_after": "2026-12-01"}, ["two", "three"]),
        ({"due_after": "2026-12-01", "due_before": "2026-12-03"}, ["two"]),
        ({"open": "true"}, ["one", "two", "three", "four", "beside"]),
        ({"open": "false"}, ["done", "archived"]),
        ({"open": "false", "archived": "false"}, ["done"]),
        ({"archived": "true"}, ["archived"]),
        ({"archived": "false"}, ["one", "two", "three", "four", "done", "beside"]),
        ({"archived": "true", "open": "true"}, []),
        ({"archived": "true", "priority": "high"}, ["archived"]),
        ({"sprint": "none"}, ["two", "four", "done", "beside"]),
        ({"assignee": "me"}, ["one"]),
        ({"assignee": "none"}, ["three", "four", "done", "beside"]),
        ({"search": "two"}, ["two"]),
        ({"sprint": UNKNOWN}, []),
        ({"board": UNKNOWN}, []),
        ({"column": UNKNOWN}, []),
        ({"assignee": UNKNOWN}, []),
        ({"workspace": UNKNOWN}, []),
        ({"label": UNKNOWN}, []),
    ],
)
def test_cards_are_filtered(found, cards, query, titles):
    assert found(**query) == titles


def test_cards_are_found_by_what_they_belong_to(
    found, cards, board, columns, sprint, admin, member
):
    assert found(board=str(board.pk)) == ["one", "two", "three", "four", "done"]
    assert found(board=str(cards["beside"].board_id)) == ["beside"]
    assert found(column=columns[1]) == ["two"]
    assert found(sprint=str(sprint.pk)) == ["one", "three"]
    assert found(assignee=str(admin.pk)) == ["one", "two"]
    assert found(assignee=str(member.pk), board=str(board.pk)) == ["one"]
    assert found(workspace=str(board.workspace_id), priority="low") == ["two"]


def test_ids_of_another_workspace_filter_to_nothing(
    found, cards, other_board, outsider, member_of_both
):
    sprint = SprintFactory(board=other_board)
    Card.objects.filter(title="foreign").update(sprint=sprint)

    assert found(board=str(other_board.pk)) == []
    assert found(workspace=str(other_board.workspace_id)) == []
    assert found(column=other_board.columns[0]["id"]) == []
    assert found(sprint=str(sprint.pk)) == []
    assert found(assignee=str(outsider.pk)) == []
    # They work there as well, but that is not the caller's to see.
    assert found(assignee=str(member_of_both.pk)) == []


def test_what_changed_since_a_moment(found, cards):
    assert found(updated_since="2026-01-01T00:00:00Z", priority="low") == ["two"]
    moment = timezone.now()
    Card.objects.filter(title="three").update(title="three again")

    assert found(updated_since=moment.isoformat()) == ["three again"]
    later = timezone.now() + datetime.timedelta(hours=1)
    assert found(updated_since=later.isoformat()) == []


@pytest.mark.parametrize(
    ("ordering", "titles"),
    [
        ("number", ["one", "two", "three", "four", "done"]),
        ("-number", ["done", "four", "three", "two", "one"]),
        ("title", ["done", "four", "one", "three", "two"]),
        ("priority", ["four", "two", "done", "one", "three"]),
        ("-priority", ["three", "one", "done", "two", "four"]),
        ("story_points", ["two", "one", "done", "four", "three"]),
        ("-story_points", ["four", "done", "one", "two", "three"]),
        ("due_date,title", ["one", "two", "three", "done", "four"]),
        ("-due_date,-title", ["three", "two", "one", "four", "done"]),
        ("created_at", ["one", "two", "three", "four", "done"]),
        ("-id", ["done", "four", "three", "two", "one"]),
    ],
)
def test_cards_are_ordered(found, cards, board, ordering, titles):
    assert found(board=str(board.pk), ordering=ordering) == titles


def test_a_column_is_listed_in_its_order(found, as_member, cards, columns):
    address = f"{CARDS}{cards['three'].pk}/move/"
    as_member.post(address, {"column_id": columns[0], "place": "top"})

    assert found(column=columns[0], ordering="position") == ["three", "one"]


def test_pages_follow_one_another_in_any_order(as_member, cards, board):
    for ordering in ("-priority", "due_date", "-story_points", "title"):
        whole = as_member.get(CARDS, {"board": str(board.pk), "ordering": ordering}).json()
        address = f"{CARDS}?board={board.pk}&ordering={ordering}&page_size=2"
        paged = []
        while address:
            page = as_member.get(address).json()
            paged += page["results"]
            address = page["next"]
        assert paged == whole["results"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("board=7", "board"),
        ("board=", "board"),
        ("column=none", "column"),
        ("sprint=me", "sprint"),
        ("assignee=you", "assignee"),
        ("priority=highest", "priority"),
        ("priority=", "priority"),
        ("priority=low,,high", "priority"),
        ("due_before=1.12.2026", "due_before"),
        ("due_after=2026-13-01", "due_after"),
        ("open=1", "open"),
        ("archived=yes", "archived"),
        ("updated_since=2026-12-01", "updated_since"),
        ("updated_since=2026-12-01T00:00:00", "updated_since"),
        ("search=", "search"),
        ("search=" + "x" * 501, "search"),
        ("label=", "label"),
        ("ordering=description", "ordering"),
        ("ordering=", "ordering"),
        ("page_size=201", "page_size"),
        ("cursor=x", "cursor"),
        ("titel=x", "titel"),
        ("open=true&open=false", "open"),
    ],
)
def test_a_question_that_the_list_does_not_know_is_refused(as_member, query, name):
    answer = as_member.get(f"{CARDS}?{query}")

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("deploying", ["Deploy the servers"]),
        ("server", ["Deploy the servers", "Restart"]),
        ("SERVERS deployed", ["Deploy the servers"]),
        ("карточка", ["Переместить карточки"]),
        ("перемещение карточек", []),
        ("карточку переместили", ["Переместить карточки"]),
        ("ДОСКЕ", ["Переместить карточки", "Доска не открывается"]),
        ("deploy OR карточки", ["Deploy the servers", "Переместить карточки"]),
        ('"deploy the servers"', ["Deploy the servers"]),
        ("server -deploy", ["Restart"]),
        ("сервер", []),
        ("nothing like it", []),
        ("'; DROP TABLE cards; --", []),
        ("& | ! ( ) :* <->", []),
        ("%", []),
        ('"unclosed', []),
    ],
)
def test_words_are_found_in_their_forms_in_english_and_russian(found, board, words, titles):
    CardFactory(board=board, title="Deploy the servers")
    CardFactory(board=board, title="Restart", description="The *server* hangs")
    CardFactory(board=board, title="Переместить карточки", description="на другую доску")
    CardFactory(board=board, title="Доска не открывается")

    assert found(search=words) == titles


def test_words_of_other_workspaces_are_not_found(found, cards, other_card):
    assert found(search="foreign") == []


def test_a_list_takes_as_many_queries_for_forty_cards_as_for_four(
    as_member, member, board, django_assert_num_queries
):
    for amount in (4, 36):
        for _ in range(amount):
            sprint = SprintFactory(board=board)
            labels = [{"id": "bug", "name": "Bug", "color": "#b42318"}]
            card = CardFactory(board=board, sprint=sprint, metadata={"labels": labels})
            CardAssigneeFactory(card=card, user=member)
        with django_assert_num_queries(1):
            as_member.get(CARDS, {"assignee": "me", "label": "bug", "ordering": "-priority"})
        with django_assert_num_queries(1):
            as_member.get(f"{CARDS}{card.pk}/")
