"""A card that several people have open: whose change stands, what is kept, who may do what."""

import pytest
from playwright.sync_api import expect

from cards.models import Card
from cards.services import card_delete, card_update, checklist_item_create, comment_create
from projects.services import project_member_update
from tests.browser.cards import PATIENCE, opened_card, sign_in_to
from tests.browser.test_admin_axe import findings, sideways
from tests.factories import CardFactory, CardLinkFactory, ChecklistItemFactory, CommentFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = (
    "<script>window.ran = 1</script> <img src=x onerror='window.ran = 1'> "
    "[x](javascript:window.ran=1) ![x](https://other.example/x.png) "
    '<svg/onload=window.ran=1> [y](https://a.example "onmouseover=window.ran=1") \u202eevil'
)


@pytest.fixture
def shown(live_server, page, sign_in, member, card):
    sign_in(member)
    with opened_card(page, live_server.url, card) as card_page:
        yield card_page


def type_title(card_page, text):
    card_page.page.click(".detail-title")
    field = card_page.page.get_by_label("Title", exact=True)
    field.fill(text)
    return field


def test_two_who_change_different_fields_both_keep_theirs(shown, admin, card):
    field = type_title(shown, "Mine")
    shown.hide()
    card_update(card=card, actor=admin, changes={"priority": "urgent"})
    field.press("Enter")

    shown.title_is("Mine")
    expect(shown.value("priority")).to_contain_text("Urgent", timeout=PATIENCE)
    expect(shown.page.locator(".toast")).to_contain_text("Ada Admin changed the card")
    shown.keeps(title="Mine", priority="urgent")


def test_two_who_change_the_same_text_see_each_others_and_choose(shown, admin, card):
    field = type_title(shown, "Mine")
    card_update(card=card, actor=admin, changes={"title": "Theirs"})
    field.press("Enter")

    shown.says("title", "Ada Admin changed this in the meantime. It is now: Theirs")
    expect(field).to_have_value("Mine")
    shown.keeps(title="Theirs")
    shown.page.get_by_role("button", name="Save mine all the same").click()

    shown.title_is("Mine")
    shown.keeps(title="Mine")


def test_theirs_can_be_taken_as_well(shown, admin, card):
    field = type_title(shown, "Mine")
    card_update(card=card, actor=admin, changes={"title": "Theirs"})
    field.press("Enter")
    shown.page.get_by_role("button", name="Take theirs").click()

    shown.title_is("Theirs")
    expect(field).to_have_count(0)
    shown.keeps(title="Theirs", version=2)


def test_two_browsers_on_one_description(shown, browser, live_server, admin, card):
    button = shown.page.get_by_role("button", name="Edit description")
    button.click()
    mine = shown.page.get_by_role("textbox", name="Description")
    mine.fill("What I wrote")
    with browser.new_context() as other:
        sign_in_to(other, live_server.url, admin)
        with opened_card(other.new_page(), live_server.url, card) as theirs:
            theirs.page.get_by_role("button", name="Edit description").click()
            theirs.page.get_by_role("textbox", name="Description").fill("What they wrote")
            theirs.page.get_by_role("button", name="Save").click()
            expect(theirs.part("description").locator("> .markdown")).to_have_text(
                "What they wrote", timeout=PATIENCE
            )
    shown.told()
    expect(mine).to_have_value("What I wrote")
    shown.page.get_by_role("button", name="Save").click()

    shown.says("description", "What they wrote")
    expect(mine).to_have_value("What I wrote")
    shown.keeps(description="What they wrote")
    shown.page.get_by_role("button", name="Save mine all the same").click()

    expect(shown.part("description").locator("> .markdown")).to_have_text(
        "What I wrote", timeout=PATIENCE
    )
    shown.keeps(description="What I wrote")


def test_what_others_do_appears_without_losing_what_i_type(shown, admin, card):
    composer = shown.page.get_by_role("textbox", name="New comment")
    composer.fill("Half a sentence")
    field = type_title(shown, "Half a title")
    comment_create(actor=admin, card=card, content="Said meanwhile")
    checklist_item_create(actor=admin, card=card, text="Step", checklist="Steps")
    card_update(card=card, actor=admin, changes={"priority": "high", "story_points": 5})
    detail = {"id": str(card.pk)}
    shown.page.evaluate(
        "detail => document.dispatchEvent(new CustomEvent('taskly:changed', {detail}))", detail
    )

    expect(shown.page.locator(".comment .markdown")).to_have_text(
        "Said meanwhile", timeout=PATIENCE
    )
    expect(shown.page.locator(".checklist-text")).to_have_text("Step")
    expect(shown.value("priority")).to_contain_text("High")
    expect(shown.value("points")).to_have_text("5")
    expect(composer).to_have_value("Half a sentence")
    expect(field).to_have_value("Half a title")
    expect(field).to_be_focused()
    field.press("Escape")


def test_a_change_is_told_to_the_page_around(shown):
    shown.page.evaluate(
        "document.addEventListener('taskly:card', ({detail}) => { window.told = detail; })"
    )
    shown.value("priority").click()
    shown.page.get_by_role("option", name="Low").click()
    expect(shown.value("priority")).to_contain_text("Low", timeout=PATIENCE)

    told = shown.page.wait_for_function("window.told").json_value()
    assert (told["id"], told["priority"], told["version"]) == (str(shown.card.pk), "low", 2)


def test_a_card_that_is_gone_says_so_and_keeps_what_was_typed(shown, admin, card):
    composer = shown.page.get_by_role("textbox", name="New comment")
    composer.fill("Still here")
    card_delete(card=card, actor=admin)
    shown.told()

    expect(shown.page.locator(".detail-gone")).to_contain_text(
        "not here any more", timeout=PATIENCE
    )
    expect(composer).to_have_value("Still here")


def test_a_lost_connection_keeps_the_text(shown, page, context, guard):
    guard.forgive("net::ERR")
    composer = page.get_by_role("textbox", name="New comment")
    composer.fill("Written on a train")
    context.set_offline(True)
    page.get_by_role("button", name="Comment", exact=True).click()
    shown.says("composer", "can't be reached")
    expect(composer).to_have_value("Written on a train")
    context.set_offline(False)
    page.get_by_role("button", name="Comment", exact=True).click()

    expect(page.locator(".comment .markdown")).to_have_text("Written on a train", timeout=PATIENCE)
    shown.complaints.clear()


@pytest.fixture
def full(admin, member, board):
    """A card with everything, long and strange texts among it."""
    card = CardFactory(
        board=board,
        title="Очень длинное название " * 12 + "🎉" + "W" * 120,
        description="# Head\n\n" + "x" * 300 + "\n\n| a | b |\n|--|--|\n| 1 | " + "y" * 90 + " |\n"
        "\n```\n" + "z" * 200 + "\n```\n- [x] done\n\nhttps://a.example/" + "p" * 200,
        due_date="2020-01-01",
        story_points=5,
        estimated_hours="2.50",
    )
    labels = {"labels": [{"name": "W" * 50}, {"name": "<b>urgent</b>"}]}
    changes = {"metadata": {**labels, "acceptance_criteria": "It *works*"}}
    card_update(card=card, actor=member, changes={**changes, "assignees": [admin, member]})
    other = CardFactory(board=board, title="V" * 300)
    CardLinkFactory(source=other, target=card)
    ChecklistItemFactory(card=card, checklist="Ц" * 100, text="Ш" * 300)
    ChecklistItemFactory(card=card, done_by=admin, done_at=card.created_at)
    CommentFactory(card=card, author=admin, content="@member " + "q" * 300)
    CommentFactory(card=card, author=member, content="short")
    return card


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_card_is_accessible_and_fits(live_server, page, sign_in, member, full, width, scheme):
    sign_in(member)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = []

    def look():
        # The bar at the top lies over what is scrolled below it: from there all is to be seen.
        page.evaluate("scrollTo(0, 0)")
        faults.extend([*findings(page), *filter(None, [sideways(page)])])

    with opened_card(page, live_server.url, full) as card_page:
        look()
        card_page.value("assignees").click()
        page.wait_for_selector(".pick-option")
        look()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Edit description").click()
        look()
        page.get_by_role("tab", name="Preview").first.click()
        page.wait_for_selector(".editor-preview h3, .editor-preview table")
        look()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Show history").click()
        page.wait_for_selector(".detail-feed li")
        look()

    assert faults == []


def test_hostile_texts_do_nothing(live_server, page, sign_in, member, board):
    card = CardFactory(board=board, title=HOSTILE[:500], description=HOSTILE)
    CommentFactory(card=card, content=HOSTILE)
    ChecklistItemFactory(card=card, checklist=HOSTILE[:90].strip(), text=HOSTILE)
    CardLinkFactory(source=card, target=CardFactory(board=board, title=HOSTILE))
    sign_in(member)
    with opened_card(page, live_server.url, card) as card_page:
        page.get_by_role("button", name="Edit description").click()
        page.get_by_role("tab", name="Preview").first.click()
        expect(page.locator("[data-part=description] .editor-preview")).to_contain_text(
            "<script>", timeout=PATIENCE
        )
        page.get_by_role("button", name="Cancel").click()
        card_page.told()

        assert page.evaluate("window.ran") is None
        assert page.locator(".detail :is(img, iframe, style)").count() == 0
        assert page.locator(".detail script:not([type='application/json'])").count() == 0


def test_observers_read_and_are_offered_nothing(
    live_server, page, sign_in, observer, member, project, board
):
    board.project = project
    board.save()
    card = CardFactory(board=board, description="**Words**")
    ChecklistItemFactory(card=card, text="Step")
    CommentFactory(card=card, author=member, content="Said")
    sign_in(observer)
    with opened_card(page, live_server.url, card):
        expect(page.locator(".detail strong").first).to_have_text("Words")
        expect(page.get_by_text("You may read, not write")).to_be_visible()
        names = [each.get_attribute("aria-label") or each.inner_text() for each in
                 page.locator(".detail button:visible").all()]  # fmt: skip
        assert names == ["Copy key ACME-1", "Copy link", "Show history"]
        assert page.locator(".detail :is(input, textarea, select)").count() == 0


def test_without_script_the_card_is_read_and_edited_by_its_form(live_server, browser, member, card):
    card_update(card=card, actor=member, changes={"description": "Some **words**"})
    comment_create(actor=member, card=card, content="Said")
    with browser.new_context(java_script_enabled=False) as context:
        sign_in_to(context, live_server.url, member)
        page = context.new_page()
        page.goto(f"{live_server.url}/admin/cards/card/{card.pk}/change/")
        expect(page.locator(".markdown strong")).to_have_text("words")
        expect(page.locator(".comment .markdown")).to_have_text("Said")
        assert page.locator(".detail button:visible").count() == 0
        page.click(".detail-form-link a")
        page.fill("#id_title", "Without script")
        page.click("input[name=_save]")

        expect(page.locator("h1.detail-title")).to_have_text("Without script")
    assert Card.objects.get(pk=card.pk).title == "Without script"


def test_losing_the_right_to_write_takes_the_controls_away(
    live_server, page, sign_in, contributor, director, project, board
):
    board.project = project
    board.save()
    card = CardFactory(board=board)
    sign_in(contributor)
    with opened_card(page, live_server.url, card) as card_page:
        membership = project.memberships.get(user=contributor)
        project_member_update(member=membership, actor=director, role="observer")
        card_page.value("priority").click()
        page.get_by_role("option", name="High").click()
        card_page.says("priority", "You observe this project")

        card_page.load()

        assert page.locator("[data-part=priority] button").count() == 0
        card_page.keeps(priority="none")


def test_a_new_cards_text_can_be_looked_at_before_it_is_made(
    live_server, page, sign_in, member, board
):
    sign_in(member)
    page.goto(f"{live_server.url}/admin/cards/card/add/?board={board.pk}")
    page.fill("#id_title", "New")
    page.fill("#id_description", "Some **words** for @admin")
    page.get_by_role("tablist", name="Description").get_by_role("tab", name="Preview").click()
    expect(page.locator(".editor-preview strong")).to_have_text("words", timeout=PATIENCE)
    expect(page.locator(".editor-preview .mention")).to_have_text("@admin")
    assert [*findings(page), sideways(page)] == [0]
    page.click("input[name=_save]")
    page.wait_for_url("**/board/**")

    assert Card.objects.get().description == "Some **words** for @admin"
