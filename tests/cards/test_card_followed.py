"""Whether an open card's page is still what it was: one query, and right for all that it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boards.services import board_update, column_update
from cards.services import (
    card_archive,
    card_link_create,
    card_link_delete,
    card_move,
    card_update,
    checklist_item_create,
    checklist_item_delete,
    checklist_item_update,
    comment_create,
    comment_delete,
    comment_edit,
)
from integrations.models import PullRequest
from integrations.services import card_link
from projects.services import project_member_update
from tests.factories import (
    BoardFactory,
    CardFactory,
    ChecklistItemFactory,
    CommentFactory,
    FeatureFactory,
    PullRequestFactory,
    RepositoryFactory,
    SprintFactory,
)
from tests.web import page, web
from workspaces.models import User

pytestmark = pytest.mark.django_db


def asked(browser, card, tag=None, **query):
    """The panel, asked for by who knows what `tag` names."""
    headers = {"If-None-Match": tag} if tag else {}
    return browser.get(page("cards_card_panel", card.pk), query, headers=headers)


def tag_of(browser, card, **query):
    return asked(browser, card, **query).context["shown"].tag


class Everything:
    """A card with one of everything that its page shows."""

    def __init__(self, member, admin, workspace, project, board):
        board.project = project
        board.save()
        self.member, self.admin, self.board, self.project = member, admin, board, project
        sprint = SprintFactory(board=board)
        feature = FeatureFactory(project=project)
        self.card = CardFactory(board=board, sprint=sprint, feature=feature)
        self.item = ChecklistItemFactory(card=self.card)
        self.comment = CommentFactory(card=self.card, author=member)
        self.other = CardFactory(board=BoardFactory(workspace=workspace))
        self.link = card_link_create(
            actor=member, source=self.other, target=self.card, kind="blocks"
        )
        self.repository = RepositoryFactory(workspace=workspace)
        self.pull_request = PullRequestFactory(repository=self.repository)
        card_link(card=self.card, pull_request=self.pull_request, actor=member)


CHANGES = {
    "title": lambda it: card_update(card=it.card, actor=it.admin, changes={"title": "New"}),
    "assignees": lambda it: card_update(
        card=it.card, actor=it.admin, changes={"assignees": [it.member]}
    ),
    "column": lambda it: card_move(
        card=it.card, actor=it.admin, column_id=it.board.columns[1]["id"]
    ),
    "archived": lambda it: card_archive(card=it.card, actor=it.admin),
    "sprint": lambda it: type(it.card.sprint).objects.update(name="Renamed"),
    "feature": lambda it: type(it.card.feature).objects.update(name="Renamed"),
    "board": lambda it: board_update(board=it.board, actor=it.admin, changes={"name": "Renamed"}),
    "column name": lambda it: column_update(
        board=it.board, actor=it.admin, column_id=it.board.columns[0]["id"], name="Renamed"
    ),
    "item": lambda it: checklist_item_update(item=it.item, actor=it.admin, changes={"text": "New"}),
    "new item": lambda it: checklist_item_create(actor=it.admin, card=it.card, text="New"),
    "item gone": lambda it: checklist_item_delete(item=it.item, actor=it.admin),
    "comment": lambda it: comment_edit(comment=it.comment, actor=it.member, content="New"),
    "new comment": lambda it: comment_create(actor=it.admin, card=it.card, content="New"),
    "comment gone": lambda it: comment_delete(comment=it.comment, actor=it.member),
    "linked card": lambda it: card_update(card=it.other, actor=it.admin, changes={"title": "New"}),
    "link gone": lambda it: card_link_delete(link=it.link, actor=it.admin),
    "pull request": lambda it: PullRequest.objects.update(title="New"),
    "name": lambda it: User.objects.filter(pk=it.admin.pk).update(full_name="Renamed"),
    "role": lambda it: project_member_update(
        member=it.project.memberships.get(user=it.member), actor=it.admin, role="observer"
    ),
}


@pytest.fixture
def everything(contributor, admin, workspace, project, board):
    return Everything(contributor, admin, workspace, project, board)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_shown_and_changes_is_drawn_anew(everything, change):
    browser = web(everything.member)
    tag = tag_of(browser, everything.card)
    assert asked(browser, everything.card, tag).status_code == 304

    CHANGES[change](everything)

    assert asked(browser, everything.card, tag).status_code == 200


def test_what_happens_elsewhere_on_the_board_draws_nothing(everything):
    browser = web(everything.member)
    tag = tag_of(browser, everything.card)
    another = CardFactory(board=everything.board)
    comment_create(actor=everything.admin, card=another, content="Elsewhere")

    response = asked(browser, everything.card, tag)

    assert (response.status_code, response.content) == (304, b"")


def test_more_comments_another_language_and_other_eyes_are_other_pages(everything):
    browser = web(everything.member)
    tags = {
        tag_of(browser, everything.card),
        tag_of(browser, everything.card, comments="100"),
        tag_of(web(everything.admin), everything.card),
    }
    browser.cookies["django_language"] = "ru"
    tags.add(tag_of(browser, everything.card))

    assert len(tags) == 4


@pytest.mark.parametrize("tag", ['"another"', "no tag at all", '"', "*"])
def test_strange_tags_are_no_error(member, card, tag):
    assert asked(web(member), card, tag).status_code == (304 if tag == "*" else 200)


@pytest.mark.parametrize("name", ["x", "0195b5f2-0000-7000-8000-000000000000", "1" * 40])
def test_a_card_that_is_not_there_has_no_name(member, workspace, name):
    assert web(member).get(page("cards_card_panel", name)).status_code == 404


def test_who_lost_the_card_is_not_told_that_it_is_unchanged(member, admin, workspace, card):
    browser = web(member)
    tag = tag_of(browser, card)
    workspace.memberships.get(user=member).delete()

    assert asked(browser, card, tag).status_code in (302, 404)


def test_an_unchanged_card_costs_at_most_what_an_unchanged_board_does(everything):
    """The page asks as often as the board's does, or less."""
    browser = web(everything.member)
    board = f"/api/v1/boards/{everything.board.pk}/snapshot/"
    known = {"If-None-Match": browser.get(board)["ETag"]}
    tag = tag_of(browser, everything.card)
    with CaptureQueriesContext(connection) as of_board:
        assert browser.get(board, {"since_event": 1}, headers=known).status_code == 304
    with CaptureQueriesContext(connection) as of_card:
        assert asked(browser, everything.card, tag).status_code == 304

    assert len(of_card) <= len(of_board)
