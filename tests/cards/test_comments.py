"""What people say about cards: kept, changed by its author, taken back."""

import pytest

from cards.models import Comment
from core.models import EventLog
from tests.factories import CardFactory, CommentFactory, ProjectMemberFactory

COMMENTS = "/api/v1/comments/"


@pytest.fixture
def said(card, member):
    """A comment that `member` wrote."""
    return CommentFactory(card=card, author=member, content="First")


def test_a_comment_is_kept_with_those_whom_it_names(card, admin, as_member, member, watch):
    content = "  @Admin and @nobody, see `@member` and mail me@member.example\n"
    response = as_member.post(COMMENTS, {"card": str(card.pk), "content": content}, format="json")
    assert response.status_code == 201
    body = response.json()
    assert body["content"] == content.strip()
    assert body["author"] == str(member.pk)
    assert body["mentions"] == [str(admin.pk)]
    assert (body["edited_at"], body["version"]) == (None, 1)
    assert watch.actions() == [("comment.created", "comment")]
    entry = EventLog.objects.latest("id")
    assert (entry.board_id, entry.workspace_id) == (card.board_id, card.workspace_id)


def test_people_of_other_workspaces_are_not_named(card, outsider, other_workspace, as_member):
    response = as_member.post(
        COMMENTS, {"card": str(card.pk), "content": "@outsider"}, format="json"
    )
    assert response.json()["mentions"] == []


@pytest.mark.parametrize("content", ["", "   ", "x" * 10_001])
def test_a_comment_has_a_text(content, card, as_member, watch):
    response = as_member.post(COMMENTS, {"card": str(card.pk), "content": content}, format="json")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["content"]
    assert watch.actions() == []


def test_its_author_edits_a_comment(said, admin, as_member, watch):
    response = as_member.patch(
        f"{COMMENTS}{said.pk}/", {"content": "Second, @admin"}, format="json"
    )
    assert response.status_code == 200
    body = response.json()
    assert (body["content"], body["mentions"], body["version"]) == (
        "Second, @admin", [str(admin.pk)], 2,
    )  # fmt: skip
    assert body["edited_at"] is not None
    assert watch.actions() == [("comment.edited", "comment")]
    # What it was before is in the log.
    assert EventLog.objects.latest("id").details["before"]["content"] == "First"


def test_the_same_text_is_no_edit(said, as_member, watch):
    response = as_member.patch(f"{COMMENTS}{said.pk}/", {"content": "First "}, format="json")
    assert response.json()["edited_at"] is None
    assert watch.actions() == []


def test_a_deleted_comment_is_gone_for_everybody(said, as_member, as_admin, watch):
    assert as_member.delete(f"{COMMENTS}{said.pk}/").status_code == 204
    assert watch.actions() == [("comment.deleted", "comment")]
    for client in (as_member, as_admin):
        assert client.get(f"{COMMENTS}{said.pk}/").status_code == 404
        assert client.get(f"{COMMENTS}?card={said.card_id}").json()["results"] == []
        assert client.patch(f"{COMMENTS}{said.pk}/", {"content": "x"}).status_code == 404
    assert Comment.objects.get(pk=said.pk).content == "First"


# Who, what they may with somebody else's comment on a board of the project: (edit, delete).
RIGHTS = [
    ("admin", 403, 204),
    ("director", 403, 204),
    ("architect", 403, 403),
    ("contributor", 403, 403),
    ("observer", 403, 403),
    ("member_of_both", 403, 403),
    ("outsider", 404, 404),
    ("operator", 404, 404),
]


@pytest.mark.parametrize(("who", "edit", "delete"), RIGHTS)
def test_who_may_with_a_comment_of_somebody_else(
    who, edit, delete, said, project, request, client_of, other_workspace, watch
):
    said.board.project = project
    said.board.save(update_fields=["project"])
    client = client_of(request.getfixturevalue(who))
    watch.restart()
    address = f"{COMMENTS}{said.pk}/"
    assert client.patch(address, {"content": "Mine"}, format="json").status_code == edit
    assert watch.actions() == []
    assert client.delete(address).status_code == delete
    assert len(watch.actions()) == (1 if delete == 204 else 0)


def test_an_observer_reads_and_does_not_comment(card, project, observer, client_of, watch):
    card.board.project = project
    card.board.save(update_fields=["project"])
    CommentFactory(card=card)
    watch.restart()
    client = client_of(observer)
    assert len(client.get(f"{COMMENTS}?card={card.pk}").json()["results"]) == 1
    body = {"card": str(card.pk), "content": "Hm"}
    assert client.post(COMMENTS, body, format="json").status_code == 403
    assert watch.actions() == []


def test_a_comment_follows_its_card_to_another_board(said, workspace, as_member, make_board):
    other = make_board(workspace)
    response = as_member.post(
        f"/api/v1/cards/{said.card_id}/move/",
        {"board_id": str(other.pk), "column_id": other.columns[0]["id"]},
        format="json",
    )
    assert response.status_code == 200
    said.refresh_from_db()
    assert (said.board_id, said.version) == (other.pk, 2)


def test_comments_of_a_card_come_in_order_of_time(card, as_member):
    for text in ("A", "B", "C"):
        CommentFactory(card=card, content=text)
    CommentFactory(card=CardFactory(board=card.board), content="elsewhere")
    listed = as_member.get(f"{COMMENTS}?card={card.pk}&ordering=created_at").json()["results"]
    assert [each["content"] for each in listed] == ["A", "B", "C"]


def test_a_role_in_another_project_says_nothing(said, member_of_both, client_of, make_board):
    elsewhere = ProjectMemberFactory(user=member_of_both, role="director")
    assert elsewhere.role == "director"
    assert client_of(member_of_both).delete(f"{COMMENTS}{said.pk}/").status_code == 403
