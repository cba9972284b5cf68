"""The page of a card and its panel: who reads what, who is offered what, at which cost."""

import pytest

from cards.models import Comment
from cards.services import (
    card_link_create,
    card_move,
    card_update,
    checklist_item_create,
    checklist_item_delete,
    comment_create,
    comment_delete,
    comment_edit,
)
from core.models import EventLog
from tests.factories import (
    BoardFactory,
    CardFactory,
    CardLinkFactory,
    CardPullRequestFactory,
    ChecklistItemFactory,
    CommentFactory,
    FeatureFactory,
    RepositoryFactory,
    SprintFactory,
)
from tests.web import page, queries_of, web

pytestmark = pytest.mark.django_db

VIEWS = ("cards_card_panel", "cards_card_choices")


@pytest.fixture
def observed(board, project):
    """The board as one of the project that `observer` only observes."""
    board.project = project
    board.save()
    return board


def shown(person, card, **query):
    response = web(person).get(page("cards_card_change", card.pk), query)
    assert response.status_code == 200
    return response.context["shown"]


def text_of(person, card, name="change"):
    return web(person).get(page(f"cards_card_{name}", card.pk)).content.decode()


@pytest.mark.parametrize("name", VIEWS)
def test_a_foreign_card_is_not_there(outsider, other_workspace, card, name):
    foreign = web(outsider).get(page(name, card.pk))
    missing = web(outsider).get(page(name, "0195b5f2-0000-7000-8000-000000000000"))

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert "Write the log" not in foreign.content.decode()


@pytest.mark.parametrize("name", VIEWS)
def test_nobody_is_asked_to_sign_in(card, name):
    response = web(None).get(page(name, card.pk))

    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize(
    ("who", "writes", "form"),
    [
        ("admin", True, True),
        ("member", True, True),
        ("contributor", True, True),
        ("observer", False, False),
        ("operator", False, True),
    ],
)
def test_what_one_may_not_do_is_not_offered(request, observed, card, who, writes, form):
    person = request.getfixturevalue(who)
    response = web(person).get(page("cards_card_change", card.pk))

    assert response.context["shown"].data["may"]["write"] is writes
    assert (page("cards_card_edit", card.pk) in response.content.decode()) is form
    choices = web(person).get(page("cards_card_choices", card.pk))
    assert choices.status_code == (200 if writes else 403)


def test_the_panel_is_the_page_without_its_frame(member, card):
    card_update(card=card, actor=member, changes={"description": "Some **words**"})
    panel = text_of(member, card, "panel")

    assert panel.lstrip().startswith("<article")
    assert "<strong>words</strong>" in panel
    assert "<strong>words</strong>" in text_of(member, card)
    assert "<html" not in panel
    assert '<h2 class="detail-title"' in panel


def test_choices_are_those_of_the_cards_board(
    member_of_both, workspace, other_workspace, board, other_board, card, sprint, project
):
    feature = FeatureFactory(project=project, name="Sharing")
    second = BoardFactory(workspace=workspace, name="Second")
    BoardFactory(workspace=workspace, name="Archived", archived=True)
    SprintFactory(board=other_board)
    labels = {"labels": [{"name": "backend"}]}
    card_update(card=card, actor=member_of_both, changes={"metadata": labels})

    found = web(member_of_both).get(page("cards_card_choices", card.pk)).json()

    assert {each["username"] for each in found["members"]} == {"admin", "member", "member_of_both"}
    assert [each["id"] for each in found["sprints"]] == [str(sprint.pk)]
    assert [each["id"] for each in found["features"]] == [str(feature.pk)]
    assert {each["id"] for each in found["boards"]} == {str(board.pk), str(second.pk)}
    assert [each["name"] for each in found["labels"]] == ["backend"]
    assert found["columns"][0]["name"] == "To Do"


def test_boards_that_one_observes_are_no_goal(observer, observed, workspace):
    free = BoardFactory(workspace=workspace, name="Free")
    card = CardFactory(board=free)

    found = web(observer).get(page("cards_card_choices", card.pk)).json()

    assert [each["id"] for each in found["boards"]] == [str(free.pk)]


def test_texts_name_people_and_cards_that_the_reader_may_see(member, card, other_card):
    other = CardFactory(board=card.board, title="The other")
    text = f"@admin ACME-{other.number} OTHER-1"
    card_update(card=card, actor=member, changes={"description": text})

    content = text_of(member, card)

    assert '<span class="mention" title="Ada Admin">@admin</span>' in content
    assert 'title="The other"' in content
    assert "Foreign card" not in content


def test_a_deleted_comment_leaves_its_place_and_not_its_words(member, admin, card):
    comment_create(actor=admin, card=card, content="Stays")
    gone = comment_create(actor=admin, card=card, content="Secret words")
    comment_delete(comment=gone, actor=admin)

    content = text_of(member, card)

    assert "[deleted]" in content
    assert "Secret words" not in content
    assert "Secret words" not in text_of(member, card, "history")


@pytest.mark.parametrize(
    ("who", "may_edit", "may_delete"),
    [("author", True, True), ("member", False, False), ("director", False, True),
     ("admin", False, True), ("observer", False, False)],
)  # fmt: skip
def test_comments_are_edited_by_their_authors_and_taken_back_by_directors_too(
    request, observed, card, contributor, who, may_edit, may_delete
):
    comment_create(actor=contributor, card=card, content="Said")
    person = contributor if who == "author" else request.getfixturevalue(who)

    [comment] = shown(person, card).comments

    assert (comment.may_edit, comment.may_delete) == (may_edit, may_delete)


def test_earlier_texts_of_a_comment_come_from_the_log(member, admin, card):
    comment = comment_create(actor=admin, card=card, content="One *first*")
    comment_edit(comment=comment, actor=admin, content="Two")
    comment_edit(comment=comment, actor=admin, content="Three")

    response = web(member).get(page("cards_card_comment", card.pk, comment.pk))

    texts = [str(each.html) for each in response.context["earlier"]]
    assert texts == ["<p>Two</p>\n", "<p>One <em>first</em></p>\n"]


def test_earlier_texts_are_as_hidden_as_the_comment(outsider, other_workspace, member, admin, card):
    comment = comment_create(actor=admin, card=card, content="One")
    comment_edit(comment=comment, actor=admin, content="Two")
    address = page("cards_card_comment", card.pk, comment.pk)
    other = CardFactory(board=card.board)

    assert web(outsider).get(address).status_code == 404
    assert web(member).get(page("cards_card_comment", other.pk, comment.pk)).status_code == 404
    comment_delete(comment=comment, actor=admin)
    assert web(member).get(address).status_code == 404


def test_comments_are_read_in_pages_from_the_newest(member, card):
    for number in range(60):
        CommentFactory(card=card, content=f"Number {number}")

    first = shown(member, card)
    assert [each.comment.content for each in first.comments][::49] == ["Number 10", "Number 59"]
    assert first.more_comments == 100

    whole = shown(member, card, comments="100")
    assert len(whole.comments) == 60
    assert whole.more_comments == 0


@pytest.mark.parametrize("asked", ["", "-1", "x", "0", "99999999999", "²"])
def test_a_strange_number_of_comments_is_no_error(member, card, asked):
    CommentFactory(card=card)

    assert len(shown(member, card, comments=asked).comments) == 1


def test_links_are_shown_from_both_ends(member, card):
    other = CardFactory(board=card.board, title="Other")
    for kind in ("blocks", "duplicates", "parent_of"):
        card_link_create(actor=member, source=other, target=card, kind=kind)
    card_link_create(actor=member, source=card, target=other, kind="relates_to")

    def relations(seen):
        return {relation.key for relation in shown(member, seen).relations}

    assert relations(card) == {"blocked_by", "duplicated_by", "child_of", "relates_to"}
    assert relations(other) == {"blocks", "duplicates", "parent_of", "relates_to"}


def test_an_open_blocker_is_a_warning_until_it_is_done(member, card, board):
    blocker = CardFactory(board=board)
    card_link_create(actor=member, source=blocker, target=card, kind="blocks")
    assert "Blocked by an open card" in text_of(member, card)
    assert "Blocked by" not in " ".join(
        part for part in text_of(member, blocker).split("detail-warning")[1:]
    )

    card_move(card=blocker, actor=member, column_id=board.columns[3]["id"])

    assert "Blocked by an open card" not in text_of(member, card)


def test_checklists_stand_in_the_order_of_their_first_items(member, card):
    for checklist, text in (("B", "1"), ("A", "2"), ("B", "3")):
        checklist_item_create(actor=member, card=card, checklist=checklist, text=text)

    found = shown(member, card).checklists

    names = [(each.name, [item.text for item in each.items]) for each in found]
    assert names == [("B", ["1", "3"]), ("A", ["2"])]


def test_the_history_tells_of_all_that_hangs_on_the_card(member, admin, card):
    card_update(card=card, actor=admin, changes={"assignees": [member]})
    card_update(card=card, actor=admin, changes={"assignees": []})
    item = checklist_item_create(actor=admin, card=card, text="Step")
    checklist_item_delete(item=item, actor=admin)
    comment_create(actor=admin, card=card, content="Said")
    other = CardFactory(board=card.board)
    comment_create(actor=admin, card=other, content="Elsewhere")

    sentences = [
        line.sentence
        for line in web(member).get(page("cards_card_history", card.pk)).context["told"]
    ]

    assert sentences[:5] == [
        "Ada Admin commented on ACME-1: Said",
        "Ada Admin removed checklist item “Step” from a checklist of ACME-1",
        "Ada Admin added checklist item “Step” to a checklist of ACME-1",
        "Ada Admin took Max Member off ACME-1",
        "Ada Admin assigned Max Member to ACME-1",
    ]


def test_the_history_goes_on_when_the_card_goes_to_another_board(member, admin, workspace, card):
    card_update(card=card, actor=admin, changes={"assignees": [member]})
    card_update(card=card, actor=admin, changes={"assignees": []})
    other = BoardFactory(workspace=workspace)
    card_move(card=card, actor=admin, board=other, column_id=other.columns[0]["id"])

    told = web(member).get(page("cards_card_history", card.pk)).context["told"]

    sentences = [line.sentence for line in told]
    assert "Ada Admin took Max Member off ACME-1" in sentences
    assert "Ada Admin assigned Max Member to ACME-1" in sentences


def test_hostile_texts_are_only_texts(member, board):
    hostile = "<script>alert(1)</script>"
    card = CardFactory(board=board, title=hostile, description=hostile)
    ChecklistItemFactory(card=card, checklist=hostile, text=hostile)
    CommentFactory(card=card, content=hostile)
    CardLinkFactory(source=card, target=CardFactory(board=board, title=hostile))

    for name in ("change", "panel", "history", "edit"):
        assert hostile not in text_of(member, card, name)


def test_what_a_form_sends_to_the_page_is_saved_like_the_forms(member, card):
    before = EventLog.objects.count()

    response = web(member).post(page("cards_card_change", card.pk), {"title": ""})

    assert response.status_code == 200
    assert response.context["adminform"].form.errors["title"]
    assert EventLog.objects.count() == before


@pytest.mark.parametrize("name", ["cards_card_change", "cards_card_panel", "cards_card_history"])
def test_a_page_takes_as_many_queries_with_40_of_everything_as_with_4(
    member, workspace, board, card, name
):
    repository = RepositoryFactory(workspace=workspace)

    def fill(number):
        for place in range(number):
            other = CardFactory(board=board, sprint=SprintFactory(board=board))
            CommentFactory(card=card, content=f"@admin and ACME-{other.number}")
            ChecklistItemFactory(card=card, checklist=f"List {place % 3}", done_by=member,
                                 done_at=card.created_at)  # fmt: skip
            CardLinkFactory(source=card, target=other)
            CardLinkFactory(source=other, target=card, kind="relates_to")
            CardPullRequestFactory(card=card, pull_request__repository=repository)

    browser = web(member)
    fill(4)
    browser.get(page(name, card.pk))
    few = queries_of(browser, page(name, card.pk))
    fill(36)

    assert Comment.objects.count() == 40
    assert queries_of(browser, page(name, card.pk)) == few
