"""A card beside the board: its address, the keyboard's way in and out, neighbours, what is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from cards.services import card_archive, card_delete, card_update
from tests.browser.board_tools import card_of, open_board, title_of, whole
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import CardFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cards(board):
    """Three cards in two columns."""
    return [
        CardFactory(board=board, title="First"),
        CardFactory(board=board, title="Second"),
        CardFactory(board=board, title="Third", column_id=board.columns[1]["id"]),
    ]


def panel(page):
    return page.locator("aside.beside")


def is_open(page, key, title):
    """Wait until the panel shows this card."""
    expect(panel(page)).to_be_visible()
    expect(panel(page)).to_have_attribute("aria-label", f"Card {key}")
    expect(panel(page)).not_to_have_attribute("aria-busy", "true")
    page.wait_for_function(
        """title => {
            const body = document.querySelector(".beside-body");
            const fields = [...body.querySelectorAll("input, textarea")];
            return body.innerText.includes(title) || fields.some((each) => each.value === title);
        }""",
        arg=title,
    )


def address(live_server, board, query=""):
    return f"{live_server.url}/admin/boards/board/{board.pk}/board/{query}"


def test_a_click_opens_the_card_beside_the_board_and_back_closes_it(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    complaints = watched(page)
    open_board(page, live_server, board)
    title_of(page, cards[1]).click()
    is_open(page, "ACME-2", "Second")
    expect(page).to_have_url(address(live_server, board, "?card=ACME-2"))
    expect(card_of(page, cards[0])).to_be_visible()
    expect(card_of(page, cards[1])).to_have_class("board-card is-open")

    page.go_back()
    expect(panel(page)).to_be_hidden()
    expect(page).to_have_url(address(live_server, board))
    page.go_forward()
    is_open(page, "ACME-2", "Second")
    assert complaints == []


def test_by_keyboard_one_goes_in_on_and_out_again(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    open_board(page, live_server, board)
    title_of(page, cards[0]).focus()
    page.keyboard.press("Enter")
    is_open(page, "ACME-1", "First")
    assert page.evaluate("document.activeElement.closest('.beside') !== null")

    page.locator(".beside-body").focus()
    page.keyboard.press("j")
    is_open(page, "ACME-2", "Second")
    page.locator(".beside-body").focus()
    page.keyboard.press("j")
    is_open(page, "ACME-3", "Third")
    expect(page.get_by_role("button", name="Next card")).to_be_disabled()
    expect(page.locator(".beside-place")).to_have_text("3 of 3")
    page.locator(".beside-body").focus()
    page.keyboard.press("k")
    is_open(page, "ACME-2", "Second")
    page.locator(".beside-body").focus()
    page.keyboard.press("Escape")

    expect(panel(page)).to_be_hidden()
    expect(title_of(page, cards[1])).to_be_focused()
    expect(page).to_have_url(address(live_server, board))


def test_the_buttons_lead_through_the_cards_that_the_filters_show(
    live_server, page, sign_in, member, board, cards
):
    card_update(card=cards[2], actor=member, changes={"priority": "urgent"})
    card_update(card=cards[0], actor=member, changes={"priority": "urgent"})
    sign_in(member)
    open_board(page, live_server, board, "?priority=urgent")
    title_of(page, cards[0]).click()
    is_open(page, "ACME-1", "First")
    page.get_by_role("button", name="Next card").click()
    is_open(page, "ACME-3", "Third")

    expect(page).to_have_url(address(live_server, board, "?priority=urgent&card=ACME-3"))
    page.locator(".beside-head").get_by_role("button", name="Close").click()
    expect(page).to_have_url(address(live_server, board, "?priority=urgent"))


def test_its_address_opens_the_board_with_the_card(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?card=ACME-3")
    is_open(page, "ACME-3", "Third")
    expect(card_of(page, cards[0])).to_be_visible()
    page.locator(".beside-body").focus()
    page.keyboard.press("Escape")

    expect(panel(page)).to_be_hidden()
    expect(page).to_have_url(address(live_server, board))


def test_a_middle_click_opens_the_cards_page(
    live_server, page, context, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board)
    with context.expect_page() as opened:
        title_of(page, cards[0]).click(button="middle")

    expect(opened.value).to_have_url(f"{live_server.url}/admin/cards/card/{cards[0].pk}/change/")
    expect(panel(page)).to_be_hidden()


def test_the_cards_page_is_one_click_away(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    open_board(page, live_server, board, "?card=ACME-1")
    is_open(page, "ACME-1", "First")
    page.get_by_role("link", name="Open as a page").click()

    expect(page).to_have_url(f"{live_server.url}/admin/cards/card/{cards[0].pk}/change/")


@pytest.mark.parametrize("key", ["ACME-999", "OTHER-1", "no card at all", "ACME-0"])
@pytest.mark.usefixtures("other_card")
def test_a_card_that_is_not_there_or_of_another_tenant_says_the_same(
    live_server, page, sign_in, member, board, cards, key
):
    sign_in(member)
    open_board(page, live_server, board, f"?card={key}")

    expect(panel(page).get_by_role("alert")).to_contain_text(
        f"{key} is not there any more, or you may not see it."
    )
    page.get_by_role("button", name="Back to the board").click()
    expect(panel(page)).to_be_hidden()


def test_an_archived_card_opens_although_it_is_not_on_the_board(
    live_server, page, sign_in, member, board, cards
):
    card_archive(card=cards[0], actor=member)
    sign_in(member)
    open_board(page, live_server, board, "?card=ACME-1")

    is_open(page, "ACME-1", "First")
    expect(page.get_by_role("button", name="Next card")).to_be_disabled()


def test_a_card_that_is_deleted_while_it_is_open_says_so(
    live_server, page, sign_in, admin, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?card=ACME-1")
    is_open(page, "ACME-1", "First")
    card_delete(card=cards[0], actor=admin)

    expect(panel(page).get_by_role("alert")).to_contain_text("This card is not here any more")


def test_what_another_changes_is_shown_in_the_open_card(
    live_server, page, sign_in, admin, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?card=ACME-1")
    is_open(page, "ACME-1", "First")
    card_update(card=cards[0], actor=admin, changes={"title": "Named anew"})

    is_open(page, "ACME-1", "Named anew")


def test_the_width_is_changed_by_keyboard_and_remembered(
    live_server, page, sign_in, member, board, cards
):
    sign_in(member)
    open_board(page, live_server, board, "?card=ACME-1")
    is_open(page, "ACME-1", "First")
    before = panel(page).bounding_box()["width"]
    page.get_by_role("separator", name="Width of the card").press("ArrowLeft")
    assert panel(page).bounding_box()["width"] == before + 32
    page.reload()
    whole(page)
    is_open(page, "ACME-1", "First")

    assert panel(page).bounding_box()["width"] == before + 32


def test_on_a_phone_the_card_covers_the_board(live_server, page, sign_in, member, board, cards):
    sign_in(member)
    page.set_viewport_size({"width": 360, "height": 740})
    open_board(page, live_server, board)
    title_of(page, cards[0]).click()
    is_open(page, "ACME-1", "First")
    assert panel(page).bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.evaluate("document.querySelector('main').inert")
    assert sideways(page) <= 0

    page.locator(".beside-head").get_by_role("button", name="Close").click()
    expect(panel(page)).to_be_hidden()
    assert not page.evaluate("document.querySelector('main').inert")
    expect(title_of(page, cards[0])).to_be_focused()


def test_an_observer_reads_the_card_beside_the_board(
    live_server, page, sign_in, board, cards, project, observer
):
    board.project = project
    board.save(update_fields=["project"])
    sign_in(observer)
    open_board(page, live_server, board)
    title_of(page, cards[0]).click()

    is_open(page, "ACME-1", "First")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_card_beside_is_accessible_and_fits(
    live_server, page, sign_in, member, board, cards, width, scheme
):
    long = CardFactory(board=board, title="Очень длинное название " * 15 + "🎉" + "W" * 100)
    sign_in(member)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    open_board(page, live_server, board, f"?card=ACME-{long.number}")
    is_open(page, f"ACME-{long.number}", long.title)

    assert findings(page) == []
    assert sideways(page) <= 0
