"""The planning page and the pages of sprints, as a browser without script meets them."""

import pytest

from boards.models import Sprint
from boards.services import board_archive, sprint_delete
from cards.models import Card
from cards.services import card_move, sprint_complete, sprint_start
from core.models import EventLog
from tests.cards.test_sprints import NOW, finish
from tests.factories import BoardFactory, CardFactory, SprintFactory
from tests.web import newest, page, queries_of, said, web

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(board, sprint, fill, columns):
    """In Sprint 1 three cards of 8 points, in the backlog two of 13, one open and done each."""
    sprint.capacity_points = 7
    sprint.save()
    fill(columns[0], "A", sprint=sprint, story_points=5)
    fill(columns[1], "B", sprint=sprint, story_points=3)
    fill(columns[1], "C", sprint=sprint)
    fill(columns[0], "put away", sprint=sprint, story_points=8, archived_at=NOW)
    fill(columns[1], "second", story_points=8)
    fill(columns[0], "first", story_points=5)
    fill(columns[3], "done without a sprint", story_points=1)
    return sprint


def planning(person, board):
    return web(person).get(page("boards_board_planning", board.pk))


def titles(pane):
    return [card.title for card in pane.cards]


def test_the_backlog_holds_what_is_open_and_in_no_sprint_in_the_boards_order(
    member, board, planned
):
    context = planning(member, board).context

    assert titles(context["backlog"]) == ["first", "second"]
    assert (context["backlog"].points, context["backlog"].without_points) == (13, 0)
    [pane] = context["sprints"]
    assert (pane.sprint, titles(pane)) == (planned, ["A", "B", "C"])
    assert (pane.points, pane.without_points, pane.over) == (8, 1, 1)


def test_a_meter_says_in_words_that_the_capacity_is_passed(member, board, planned):
    shown = planning(member, board).content.decode()

    assert "8 of 7 points · 1 point over capacity · 1 without points" in shown


def test_the_active_sprint_comes_first_and_completed_ones_are_left_out(member, board, sprint):
    later = SprintFactory(board=board, start_date="2026-12-01", end_date="2026-12-14")
    sprint_start(sprint=later, actor=member, at=NOW)
    SprintFactory(board=board, status="completed", started_at=NOW, completed_at=NOW)

    context = planning(member, board).context

    assert [pane.sprint for pane in context["sprints"]] == [later, sprint]


def test_an_empty_board_says_what_to_do(member, board):
    shown = planning(member, board).content.decode()

    assert "No sprint is planned" in shown
    assert "Nothing waits here" in shown
    assert page("boards_sprint_add") + f"?board={board.pk}" in shown


@pytest.mark.parametrize("who", ["observer", "member"])
def test_who_may_only_read_is_offered_nothing_to_write(request, board, project, planned, who):
    board.project = project
    board.save(update_fields=["project"])
    person = request.getfixturevalue(who)
    if who == "member":
        board_archive(board=board, actor=person)

    response = planning(person, board)

    assert response.context["page"]["may"]["write"] is False
    shown = response.content.decode()
    assert page("boards_sprint_start", planned.pk) not in shown
    assert f"{page('boards_sprint_add')}?board=" not in shown
    assert "A" in titles(response.context["sprints"][0])


@pytest.mark.parametrize("name", ["board_planning", "sprint_start", "sprint_complete"])
def test_a_foreign_one_is_answered_like_one_that_never_was(
    outsider, other_workspace, board, sprint, name
):
    browser = web(outsider)
    pk = board.pk if name.startswith("board") else sprint.pk
    unknown = "0195b5f2-0000-7000-8000-000000000000"

    foreign = browser.get(page(f"boards_{name}", pk))
    missing = browser.get(page(f"boards_{name}", unknown))

    assert (foreign.status_code, foreign.url) == (missing.status_code, missing.url)
    assert foreign.status_code == 302


def test_planning_takes_as_many_queries_with_40_cards_as_with_4(member, board, sprint):
    browser = web(member)

    def more(amount):
        for _ in range(amount):
            CardFactory(board=board).assignees.add(
                member, through_defaults={"board": board, "workspace": board.workspace}
            )
            CardFactory(board=board, sprint=sprint)
            SprintFactory(board=board)

    more(4)
    browser.get(page("boards_board_planning", board.pk))
    few = queries_of(browser, page("boards_board_planning", board.pk))
    more(36)

    assert queries_of(browser, page("boards_board_planning", board.pk)) == few


def test_starting_by_the_form_fixes_the_promise(member, board, planned):
    browser = web(member)
    form = browser.get(page("boards_sprint_start", planned.pk))
    assert form.context["promised"] == {"cards": 3, "points": 8, "without": 1, "over": 1}

    response = browser.post(
        page("boards_sprint_start", planned.pk), {"row_version": planned.row_version}
    )

    assert (response.status_code, response.url) == (302, page("boards_board_planning", board.pk))
    planned.refresh_from_db()
    assert (planned.status, planned.committed_cards, planned.committed_points) == ("active", 3, 8)
    assert (newest().action, newest().source) == ("sprint.started", "admin")


def test_starting_beside_an_active_sprint_says_why_not(member, board, planned):
    other = SprintFactory(board=board, name="Running")
    sprint_start(sprint=other, actor=member, at=NOW)
    browser = web(member)

    shown = browser.get(page("boards_sprint_start", planned.pk))
    refused = browser.post(page("boards_sprint_start", planned.pk))

    assert "“Running” is active." in shown.content.decode()
    assert refused.context["form"].non_field_errors() == [
        "The board has an active sprint already: complete that one first."
    ]
    planned.refresh_from_db()
    assert planned.status == "planned"


def test_a_stale_form_starts_nothing(member, planned):
    browser = web(member)
    version = planned.row_version
    planned.name = "Renamed"
    planned.save()

    response = browser.post(page("boards_sprint_start", planned.pk), {"row_version": version})

    assert response.context["form"].non_field_errors() == ["Somebody changed this in the meantime."]
    planned.refresh_from_db()
    assert planned.status == "planned"


@pytest.fixture
def active(planned, member, board):
    sprint_start(sprint=planned, actor=member, at=NOW)
    finish(board, "A")
    planned.refresh_from_db()
    return planned


def complete(person, sprint, **data):
    return web(person).post(page("boards_sprint_complete", sprint.pk), data)


def sprint_of(title):
    return Card.objects.get(title=title).sprint


def test_the_question_tells_what_is_done_and_open_and_offers_planned_sprints(
    member, board, workspace, active
):
    following = SprintFactory(board=board, name="Sprint 2")
    SprintFactory(board=BoardFactory(workspace=workspace), name="Elsewhere")
    response = web(member).get(page("boards_sprint_complete", active.pk))
    context = response.context

    assert context["sprint"].progress == {
        "cards": 3, "cards_done": 1, "points": 8, "points_done": 5,
    }  # fmt: skip
    assert (context["left_cards"], context["left_points"]) == (2, 3)
    assert context["form"].fields["to"].choices == [
        (str(following.pk), "Sprint 2"),
        ("new", "A new sprint"),
        ("backlog", "The backlog"),
    ]


def test_completing_by_the_form_into_the_backlog(member, active):
    response = complete(member, active, to="backlog")

    assert response.status_code == 302
    assert said(response) == ["Completed: Sprint 1"]
    active.refresh_from_db()
    assert (active.status, active.completed_cards, active.completed_points) == ("completed", 1, 5)
    assert (sprint_of("A"), sprint_of("B"), sprint_of("C")) == (active, None, None)


def test_completing_into_a_planned_sprint(member, board, active):
    following = SprintFactory(board=board)

    assert complete(member, active, to=str(following.pk)).status_code == 302

    assert (sprint_of("B"), sprint_of("C")) == (following, following)


def test_completing_into_a_new_sprint_is_one_action(member, board, active):
    response = complete(
        member, active, to="new", name="Sprint 2", start_date="2026-11-16", end_date="2026-11-29"
    )

    assert response.status_code == 302
    made = Sprint.objects.get(name="Sprint 2")
    assert (made.board, made.status) == (board, "planned")
    assert sprint_of("B") == made
    entries = EventLog.objects.filter(action_id=newest().action_id)
    assert sorted(entries.values_list("entity_type", flat=True)) == [
        "card", "card", "card", "sprint", "sprint",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"to": "new", "start_date": "2026-11-16", "end_date": "2026-11-29"}, "name"),
        ({"to": "new", "name": "X", "start_date": "2026-11-16", "end_date": "2026-11-01"},
         "end_date"),
        ({"to": "nonsense"}, "to"),
        ({}, "to"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_done(member, active, data, field):
    response = complete(member, active, **data)

    assert list(response.context["form"].errors) == [field]
    active.refresh_from_db()
    assert active.status == "active"
    assert not Sprint.objects.exclude(pk=active.pk).exists()


def test_an_observer_neither_starts_nor_completes_by_a_form(
    observer, project, board, planned, member
):
    board.project = project
    board.save(update_fields=["project"])
    browser = web(observer)

    for name in ("start", "complete"):
        assert browser.get(page(f"boards_sprint_{name}", planned.pk)).status_code == 403
        assert browser.post(page(f"boards_sprint_{name}", planned.pk)).status_code == 403
    assert browser.get(page("boards_sprint_change", planned.pk)).status_code == 200
    planned.refresh_from_db()
    assert planned.status == "planned"


def test_a_sprints_page_shows_its_cards_by_state(member, active):
    context = web(member).get(page("boards_sprint_change", active.pk)).context

    assert [(each["category"], each["count"], each["points"]) for each in context["states"]] == [
        ("todo", 0, 0),
        ("in_progress", 2, 3),
        ("in_review", 0, 0),
        ("done", 1, 5),
    ]
    assert (context["may_start"], context["may_complete"]) == (False, True)


def test_a_completed_sprints_page_tells_what_was_carried_over_and_where(member, board, active):
    following = SprintFactory(board=board, name="Sprint 2")
    sprint_complete(sprint=active, actor=member, at=NOW, carry_over_to=following)
    # Since then one went on to the backlog, and is still told of.
    Card.objects.filter(title="C").update(sprint=None)

    response = web(member).get(page("boards_sprint_change", active.pk))

    carried = response.context["carried"]
    assert (carried["cards"], carried["points"], carried["to"]) == (2, 3, following)
    assert [(card.title, card.sprint) for card in carried["shown"]] == [
        ("B", following),
        ("C", None),
        ("put away", following),
    ]


def test_a_sprint_that_took_the_rest_and_is_gone_is_not_named(member, board, active):
    following = SprintFactory(board=board, name="Sprint 2")
    sprint_complete(sprint=active, actor=member, at=NOW, carry_over_to=following)
    sprint_delete(sprint=following, actor=member)

    shown = web(member).get(page("boards_sprint_change", active.pk)).content.decode()

    assert "to a sprint that is gone" in shown


def test_carried_cards_that_somebody_may_not_see_are_not_shown(
    member, member_of_both, workspace, board, active
):
    """A card that was carried over and deleted since is counted, and nothing more."""
    sprint_complete(sprint=active, actor=member, at=NOW)
    Card.objects.filter(title="B").delete()

    carried = web(member).get(page("boards_sprint_change", active.pk)).context["carried"]

    assert carried["cards"] == 2
    assert [card.title for card in carried["shown"]] == ["C", "put away"]


def test_a_sprints_page_takes_as_many_queries_with_40_cards_as_with_4(member, board, active):
    browser = web(member)
    address = page("boards_sprint_change", active.pk)
    browser.get(address)
    few = queries_of(browser, address)
    for _ in range(36):
        card_move(
            card=CardFactory(board=board, sprint=active),
            actor=member,
            column_id=board.columns[1]["id"],
        )

    assert queries_of(browser, address) == few


def test_a_card_opened_again_after_its_sprint_waits_in_the_backlog(member, board, active):
    sprint_complete(sprint=active, actor=member, at=NOW)
    card_move(card=Card.objects.get(title="A"), actor=member, column_id=board.columns[0]["id"])

    context = planning(member, board).context

    assert "A" in titles(context["backlog"])
    assert context["sprints"] == []
