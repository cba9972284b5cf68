"""A card in a real browser: checklists, linked cards, pull requests, comments, history."""

import pytest
from playwright.sync_api import expect

from cards.models import CardLink, ChecklistItem, Comment
from cards.services import checklist_item_create, comment_create, comment_edit
from integrations.models import CardPullRequest
from tests.browser.cards import PATIENCE, opened_card
from tests.browser.hands import drag
from tests.browser.patience import wait_for
from tests.factories import CardFactory, PullRequestFactory, RepositoryFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def show(live_server, page, sign_in, member, card):
    """`show()` opens the card, once what it is to have is there."""
    opened = []

    def shown():
        sign_in(member)
        manager = opened_card(page, live_server.url, card)
        opened.append(manager)
        return manager.__enter__()

    yield shown
    for manager in opened:
        manager.__exit__(None, None, None)


@pytest.fixture
def steps(member, card):
    return [
        checklist_item_create(actor=member, card=card, checklist="Steps", text=text)
        for text in ("One", "Two", "Three")
    ]


def order(card):
    rows = ChecklistItem.objects.filter(card=card).order_by("position")
    return list(rows.values_list("text", flat=True))


def texts(page):
    return page.locator(".checklist-text")


def test_a_checklist_is_made_filled_and_ticked_by_keyboard(show, card):
    page = show().page
    page.get_by_role("button", name="Add checklist").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Before launch")
    page.keyboard.press("Tab")
    page.keyboard.type("Try it")
    page.keyboard.press("Enter")
    expect(texts(page)).to_have_text(["Try it"], timeout=PATIENCE)
    page.get_by_role("button", name="Add item").focus()
    page.keyboard.press("Enter")
    for text in ("Проверить 🎉", "Tell everybody"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(page.get_by_label("New item of Before launch")).to_have_value("", timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(texts(page)).to_have_text(["Try it", "Проверить 🎉", "Tell everybody"])

    page.get_by_role("checkbox", name="Try it").focus()
    page.keyboard.press("Space")

    expect(page.locator(".checklist .progress")).to_have_text("1 / 3", timeout=PATIENCE)
    assert page.locator(".checklist progress").get_attribute("value") == "1"
    assert ChecklistItem.objects.get(text="Try it").done_at is not None


def test_items_that_are_typed_faster_than_they_are_saved_are_all_kept(show, card, steps):
    page = show().page
    page.get_by_role("button", name="Add item").click()
    typed = ["Four", "Five", "Six", "Seven"]
    for text in typed:
        page.keyboard.type(text)
        page.keyboard.press("Enter")

    expect(texts(page)).to_have_text(["One", "Two", "Three", *typed], timeout=PATIENCE)
    expect(page.get_by_label("New item of Steps")).to_have_value("")
    assert order(card) == ["One", "Two", "Three", *typed]


def test_an_item_that_was_not_saved_comes_back_and_those_behind_it_wait(show, card, steps, guard):
    guard.forgive("net::ERR")
    shown = show()
    page = shown.page
    page.route("**/api/v1/checklist-items/", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Add item").click()
    for text in ("Four", "Five"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    field = page.get_by_label("New item of Steps")
    expect(field).to_have_value("Four", timeout=PATIENCE)
    assert order(card) == ["One", "Two", "Three"]
    shown.complaints.clear()

    field.press("Enter")

    expect(texts(page)).to_have_text(["One", "Two", "Three", "Four", "Five"], timeout=PATIENCE)
    assert order(card) == ["One", "Two", "Three", "Four", "Five"]


def test_items_are_ordered_by_their_menu_and_by_keys(show, card, steps):
    page = show().page
    page.get_by_role("button", name="Actions for Three").click()
    page.get_by_role("option", name="Move up").click()
    expect(texts(page)).to_have_text(["One", "Three", "Two"], timeout=PATIENCE)
    more = page.get_by_role("button", name="Actions for Three")
    expect(more).to_be_focused()

    page.keyboard.press("Alt+ArrowUp")

    expect(texts(page)).to_have_text(["Three", "One", "Two"], timeout=PATIENCE)
    expect(page.locator("[aria-live=polite]", has_text="Item 1 of 3")).to_be_attached()
    assert order(card) == ["Three", "One", "Two"]


def test_items_are_dragged(show, card, steps):
    page = show().page
    page.wait_for_function("() => window.Sortable !== undefined")
    handles = page.locator(".checklist-handle")
    page.locator(".checklist-item").nth(2).hover()
    first = texts(page).first.filter(has_text="Three")
    drag(page, handles.nth(2), handles.nth(0), shown=first, grip=(8, 12))

    expect(texts(page)).to_have_text(["Three", "One", "Two"], timeout=PATIENCE)
    expect(page.locator(".checklist-item.is-dragged")).to_have_count(0)
    wait_for(page, lambda: order(card) == ["Three", "One", "Two"])


def test_an_item_is_reworded_and_refused_where_it_is_too_long(show, card, steps):
    page = show().page
    page.get_by_text("Two", exact=True).click()
    field = page.get_by_label("Text of the item")
    field.fill("x" * 501)
    field.press("Enter")
    alert = page.locator(".checklist-item [role=alert]")
    expect(alert).to_contain_text("500", timeout=PATIENCE)
    expect(field).to_have_value("x" * 501)
    field.fill("Second")
    field.press("Enter")

    expect(texts(page)).to_have_text(["One", "Second", "Three"], timeout=PATIENCE)
    assert order(card) == ["One", "Second", "Three"]


def test_an_item_and_then_its_checklist_are_taken_away(show, card, steps):
    page = show().page
    page.get_by_role("button", name="Actions for Two").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(texts(page)).to_have_text(["One", "Three"], timeout=PATIENCE)

    page.get_by_role("button", name="Actions for the checklist Steps").click()
    page.get_by_role("option", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(page.locator(".checklist")).to_have_count(0, timeout=PATIENCE)
    assert order(card) == []


def test_a_checklist_is_renamed(show, card, steps):
    page = show().page
    page.get_by_role("button", name="Actions for the checklist Steps").click()
    page.get_by_role("option", name="Rename").click()
    page.get_by_label("Name of the checklist").fill("Before launch")
    page.keyboard.press("Enter")

    expect(page.locator(".checklist-name")).to_have_text("Before launch", timeout=PATIENCE)
    expect(texts(page)).to_have_text(["One", "Two", "Three"])
    assert set(ChecklistItem.objects.values_list("checklist", flat=True)) == {"Before launch"}


@pytest.mark.parametrize("text", ["ACME-{number}", "{number}", "second card"])
def test_a_card_is_linked_by_key_number_or_words(show, board, card, text):
    other = CardFactory(board=board, title="The second card")
    page = show().page
    page.get_by_role("button", name="Link a card").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Blocked by")).to_be_focused()
    page.keyboard.type(text.format(number=other.number))
    expect(page.get_by_role("option", name="The second card")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")

    expect(page.locator(".detail-warning")).to_contain_text("ACME-2", timeout=PATIENCE)
    link = CardLink.objects.get()
    assert (link.source, link.target, link.kind) == (other, card, "blocks")

    page.get_by_role("button", name="Take the link to ACME-2 away").click()
    expect(page.locator(".detail-warning")).to_have_count(0, timeout=PATIENCE)
    assert not CardLink.objects.exists()


def test_a_loop_is_refused_where_it_was_asked_for(show, board, card):
    other = CardFactory(board=board, title="The second card")
    CardLink.objects.create(
        workspace_id=card.workspace_id, board=board, target_board=board,
        source=card, target=other, kind="blocks",
    )  # fmt: skip
    card_page = show()
    card_page.page.get_by_role("button", name="Link a card").click()
    card_page.page.get_by_role("option", name="Blocked by").click()
    card_page.page.keyboard.type("ACME-2")
    card_page.page.get_by_role("option", name="The second card").click()

    card_page.says("links", "back to where they began")


def test_a_pull_request_is_linked_and_taken_off(show, workspace, card):
    repository = RepositoryFactory(workspace=workspace)
    PullRequestFactory(repository=repository, title="Count from one")
    page = show().page
    page.get_by_role("button", name="Link a pull request").click()
    page.get_by_role("option", name="Count from one").click()
    part = page.locator("[data-part=pull-requests]")
    expect(part).to_contain_text("Count from one", timeout=PATIENCE)
    assert CardPullRequest.objects.get().card == card

    part.get_by_role("button", name="off this card").click()

    expect(part).not_to_contain_text("Count from one", timeout=PATIENCE)
    assert not CardPullRequest.objects.exists()


def test_a_comment_is_said_with_a_mention_completed_by_keyboard(show, admin, card):
    page = show().page
    page.get_by_role("textbox", name="New comment").focus()
    page.keyboard.type("Well **done**, @ad")
    expect(page.get_by_role("option", name="Ada Admin")).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("Enter")
    page.keyboard.type("!")
    expect(page.get_by_role("textbox", name="New comment")).to_have_value("Well **done**, @admin !")
    page.keyboard.press("Control+Enter")

    said = page.locator(".comment-body > .markdown")
    expect(said.locator(".mention")).to_have_text("@admin", timeout=PATIENCE)
    expect(said.locator("strong")).to_have_text("done")
    expect(page.get_by_role("textbox", name="New comment")).to_have_value("")
    assert Comment.objects.get().mentions == [admin.pk]


def test_a_comment_is_edited_and_shows_what_it_said_before(show, member, card):
    comment_create(actor=member, card=card, content="First *words*")
    page = show().page
    page.get_by_role("button", name="Edit comment").click()
    field = page.get_by_role("textbox", name="Comment", exact=True)
    expect(field).to_have_value("First *words*", timeout=PATIENCE)
    field.fill("Better words")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".comment-body > .markdown")).to_have_text("Better words", timeout=PATIENCE)

    page.get_by_role("link", name="edited").click()

    dialog = page.get_by_role("dialog", name="Earlier texts")
    expect(dialog.locator("em")).to_have_text("words", timeout=PATIENCE)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_a_comment_is_taken_back_after_a_question(show, member, card):
    comment_create(actor=member, card=card, content="Oops")
    page = show().page
    page.get_by_role("button", name="Delete comment").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(page.locator(".comment")).to_contain_text("[deleted]", timeout=PATIENCE)
    expect(page.locator(".comment")).not_to_contain_text("Oops")
    assert not Comment.objects.present().exists()


def test_others_comments_are_not_to_be_edited(show, admin, card):
    comment = comment_create(actor=admin, card=card, content="Mine")
    comment_edit(comment=comment, actor=admin, content="Still mine")
    page = show().page

    expect(page.locator(".comment-body > .markdown")).to_have_text("Still mine")
    expect(page.get_by_role("button", name="Edit comment")).to_have_count(0)
    expect(page.get_by_role("button", name="Delete comment")).to_have_count(0)


def test_a_comment_that_is_refused_keeps_its_text(show, card):
    page = show().page
    field = page.get_by_role("textbox", name="New comment")
    field.fill("x" * 10_001)
    page.get_by_role("button", name="Comment", exact=True).click()

    expect(page.locator("[data-part=composer] [role=alert]")).to_be_visible(timeout=PATIENCE)
    expect(field).to_have_value("x" * 10_001)
    assert not Comment.objects.exists()


def test_the_history_opens_and_goes_on(show, member, card):
    comment = comment_create(actor=member, card=card, content="0")
    for number in range(60):
        comment = comment_edit(comment=comment, actor=member, content=f"Text {number}")
    page = show().page
    page.get_by_role("button", name="Show history").click()
    lines = page.locator(".detail-feed > li")
    expect(lines.first).to_contain_text("edited a comment: Text 59", timeout=PATIENCE)
    few = lines.count()

    page.get_by_role("button", name="Show more").click()

    expect(page.get_by_role("button", name="Show more")).to_be_hidden(timeout=PATIENCE)
    assert lines.count() > few
    expect(lines.last).to_contain_text("ACME-1")


def test_earlier_comments_are_asked_for(show, member, card):
    for number in range(60):
        comment_create(actor=member, card=card, content=f"Number {number}")
    page = show().page
    expect(page.locator(".comment")).to_have_count(50)
    page.get_by_role("link", name="Earlier comments").click()

    expect(page.locator(".comment")).to_have_count(60, timeout=PATIENCE)
    expect(page.locator(".comment-body > .markdown").first).to_have_text("Number 0")
