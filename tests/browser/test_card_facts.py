"""A card in a real browser: its title, text and facts are changed where they stand."""

import pytest
from playwright.sync_api import expect

from boards.services import column_update
from cards.services import card_update
from tests.browser.cards import PATIENCE, opened_card
from tests.factories import BoardFactory, CardFactory, FeatureFactory, SprintFactory

pytestmark = pytest.mark.django_db(transaction=True)

SOON = PATIENCE


@pytest.fixture
def shown(live_server, page, sign_in, member, card):
    """The card as `member` has it open."""
    sign_in(member)
    with opened_card(page, live_server.url, card) as card_page:
        yield card_page


@pytest.fixture
def opened(shown):
    return shown.page


def fact(page, name):
    return page.locator(f"[data-part={name}]")


def value(page, name):
    return fact(page, name).locator(".detail-value")


def settled(card, **expected):
    card.refresh_from_db()
    assert {name: getattr(card, name) for name in expected} == expected


def test_the_title_is_edited_in_place_by_mouse(opened, card):
    opened.click("h1.detail-title")
    field = opened.get_by_label("Title", exact=True)
    field.fill("Write it — журнал 🎉")
    field.press("Enter")

    expect(opened.locator("h1.detail-title")).to_have_text("Write it — журнал 🎉", timeout=SOON)
    settled(card, title="Write it — журнал 🎉")


def test_the_title_is_edited_by_keyboard_and_escape_leaves_it(opened, card):
    button = opened.get_by_role("button", name="Edit title")
    button.focus()
    opened.keyboard.press("Enter")
    opened.keyboard.type("Not this")
    opened.keyboard.press("Escape")
    expect(opened.locator("h1.detail-title")).to_have_text("Write the log")
    expect(opened.get_by_role("button", name="Edit title")).to_be_focused()

    opened.keyboard.press("Enter")
    opened.keyboard.type("But this")
    opened.keyboard.press("Enter")

    expect(opened.locator("h1.detail-title")).to_have_text("But this", timeout=SOON)
    settled(card, title="But this")


def test_a_refused_title_keeps_the_text_and_says_why(opened, card):
    opened.click("h1.detail-title")
    field = opened.get_by_label("Title", exact=True)
    field.fill("x" * 501)
    field.press("Enter")

    expect(fact(opened, "title").get_by_role("alert")).to_contain_text("500", timeout=SOON)
    expect(field).to_have_value("x" * 501)
    settled(card, title="Write the log")
    field.fill("Shorter")
    field.press("Enter")
    expect(opened.locator("h1.detail-title")).to_have_text("Shorter", timeout=SOON)
    expect(opened.locator("[data-part=title] [role=alert]")).to_have_count(0)


def test_a_priority_is_picked_by_mouse(opened, card):
    value(opened, "priority").click()
    opened.get_by_role("option", name="Urgent").click()

    expect(value(opened, "priority")).to_contain_text("Urgent", timeout=SOON)
    expect(value(opened, "priority")).to_be_focused()
    settled(card, priority="urgent")


def test_a_priority_is_picked_by_keyboard_alone(opened, card):
    value(opened, "priority").focus()
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("combobox", name="Priority")).to_be_focused()
    opened.keyboard.type("hi")
    opened.keyboard.press("Enter")

    expect(value(opened, "priority")).to_contain_text("High", timeout=SOON)
    settled(card, priority="high")


def test_escape_closes_a_list_and_changes_nothing(opened, card):
    value(opened, "priority").focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Escape")

    expect(opened.locator(".pick")).to_have_count(0)
    expect(value(opened, "priority")).to_be_focused()
    settled(card, priority="none", version=1)


def test_people_are_assigned_one_after_the_other(opened, admin, member, card):
    value(opened, "assignees").click()
    opened.get_by_role("option", name="Ada Admin").click()
    chosen = opened.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1, timeout=SOON)
    opened.get_by_role("option", name="Max Member").click()
    expect(chosen).to_have_count(2, timeout=SOON)
    opened.keyboard.press("Escape")

    expect(value(opened, "assignees")).to_contain_text("Max Member", timeout=SOON)
    assert {each.user for each in card.card_assignees.all()} == {admin, member}


def test_a_label_is_made_and_taken_off_by_keyboard(opened, card):
    value(opened, "labels").focus()
    opened.keyboard.press("Enter")
    opened.keyboard.type("backend")
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("option", name="backend", selected=True)).to_have_count(
        1, timeout=SOON
    )
    opened.keyboard.press("Escape")
    expect(value(opened, "labels")).to_contain_text("backend", timeout=SOON)
    card.refresh_from_db()
    assert [label["name"] for label in card.metadata["labels"]] == ["backend"]

    value(opened, "labels").focus()
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("option", selected=True)).to_have_count(1, timeout=SOON)
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("option", selected=True)).to_have_count(0, timeout=SOON)
    opened.keyboard.press("Escape")

    expect(value(opened, "labels")).to_have_text("None", timeout=SOON)


@pytest.mark.parametrize(
    ("name", "typed", "field", "expected", "text"),
    [
        ("points", "8", "story_points", 8, "8"),
        ("estimate", "2.5", "estimated_hours", 2.5, "2.5 h"),
    ],
)
def test_numbers_are_typed(opened, card, name, typed, field, expected, text):
    value(opened, name).focus()
    opened.keyboard.press("Enter")
    opened.keyboard.type(typed)
    opened.keyboard.press("Enter")

    expect(value(opened, name)).to_have_text(text, timeout=SOON)
    settled(card, **{field: expected})


def test_a_number_that_is_refused_stays_to_be_mended(opened, card):
    value(opened, "points").click()
    field = fact(opened, "points").locator("input")
    field.fill("1000")
    field.press("Enter")

    expect(fact(opened, "points").get_by_role("alert")).to_be_visible(timeout=SOON)
    expect(field).to_have_value("1000")
    settled(card, story_points=None)
    field.press("Escape")
    expect(value(opened, "points")).to_have_text("None")


def test_a_day_is_set_by_leaving_its_field_and_emptied_again(opened, card):
    value(opened, "due").click()
    fact(opened, "due").locator("input").fill("2031-05-04")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    expect(value(opened, "due")).to_contain_text("May 4, 2031", timeout=SOON)
    card.refresh_from_db()
    assert str(card.due_date) == "2031-05-04"

    value(opened, "due").click()
    fact(opened, "due").locator("input").fill("")
    fact(opened, "due").locator("input").press("Enter")

    expect(value(opened, "due")).to_have_text("None", timeout=SOON)


def test_a_sprint_and_a_feature_are_chosen(opened, card, board, project):
    sprint = SprintFactory(board=board, name="Sprint 9")
    feature = FeatureFactory(project=project, name="Sharing")

    value(opened, "sprint").click()
    opened.get_by_role("option", name="Sprint 9").click()
    expect(value(opened, "sprint")).to_contain_text("Sprint 9", timeout=SOON)
    value(opened, "feature").click()
    opened.get_by_role("option", name="Sharing").click()
    expect(value(opened, "feature")).to_contain_text("Sharing", timeout=SOON)

    settled(card, sprint=sprint, feature=feature)


def test_the_state_is_a_move(opened, card, board):
    value(opened, "state").click()
    opened.get_by_role("option", name="Done").click()

    expect(value(opened, "state")).to_contain_text("Done", timeout=SOON)
    card.refresh_from_db()
    assert str(card.column_id) == board.columns[3]["id"]
    assert card.completed_at is not None


def test_a_full_column_refuses_and_says_so(opened, admin, card, board):
    column_update(board=board, actor=admin, column_id=board.columns[1]["id"], wip_limit=1)
    CardFactory(board=board, column_id=board.columns[1]["id"])

    value(opened, "state").click()
    opened.get_by_role("option", name="In Progress").click()

    expect(fact(opened, "state").get_by_role("alert")).to_contain_text("full", timeout=SOON)
    expect(value(opened, "state")).to_contain_text("To Do")
    expect(opened.get_by_role("button", name="Let it in all the same")).to_have_count(0)


def test_a_card_goes_to_another_board(opened, card, workspace):
    BoardFactory(workspace=workspace, name="Second")

    value(opened, "board").click()
    opened.get_by_role("option", name="Second").click()
    opened.get_by_role("option", name="In Review").click()

    expect(value(opened, "board")).to_contain_text("Second", timeout=SOON)
    card.refresh_from_db()
    assert card.board.name == "Second"


def test_a_card_is_archived_and_that_undone(opened, card):
    opened.get_by_role("button", name="More actions").click()
    opened.get_by_role("option", name="Archive").click()
    expect(opened.locator(".detail-keyline")).to_contain_text("Archived", timeout=SOON)
    card.refresh_from_db()
    assert card.archived_at is not None

    opened.get_by_role("button", name="Undo").click()

    expect(opened.locator(".detail-keyline")).not_to_contain_text("Archived", timeout=SOON)


def test_a_card_is_deleted_after_a_question(opened, card, board):
    opened.get_by_role("button", name="More actions").focus()
    opened.keyboard.press("Enter")
    opened.keyboard.press("End")
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("dialog", name="Delete ACME-1 for good?")).to_be_visible()
    opened.get_by_role("button", name="Delete card").click()

    opened.wait_for_url(f"**/boards/board/{board.pk}/board/**")
    assert not type(card).objects.filter(pk=card.pk).exists()


def test_a_description_is_written_looked_at_and_saved(opened, admin, card):
    opened.get_by_role("button", name="Edit description").click()
    field = opened.get_by_role("textbox", name="Description")
    field.fill("Ask **@admin** about ACME-1\n\n- [x] done\n\n| a | b |\n|--|--|\n| 1 | 2 |")
    opened.get_by_role("group", name="Description").get_by_role("tab", name="Preview").click()
    preview = opened.get_by_role("tabpanel", name="Preview").first
    expect(preview.locator(".mention")).to_have_text("@admin", timeout=SOON)
    seen = preview.inner_html()
    opened.get_by_role("button", name="Save").click()

    saved = opened.locator("[data-part=description] > .markdown")
    expect(saved.locator(".mention")).to_have_text("@admin", timeout=SOON)
    assert saved.inner_html().strip() == seen.strip()
    card.refresh_from_db()
    assert card.description.startswith("Ask **@admin**")


def test_the_tabs_of_a_text_work_by_keyboard(opened):
    opened.get_by_role("button", name="Edit description").focus()
    opened.keyboard.press("Enter")
    opened.keyboard.type("*so*")
    opened.keyboard.press("Shift+Tab")
    write, preview = opened.get_by_role("group", name="Description").get_by_role("tab").all()
    expect(write).to_be_focused()
    opened.keyboard.press("ArrowRight")
    expect(preview).to_be_focused()
    expect(preview).to_have_attribute("aria-selected", "true")
    expect(opened.locator("[data-part=description] .editor-preview em")).to_have_text(
        "so", timeout=SOON
    )
    opened.keyboard.press("ArrowLeft")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Control+Enter")

    expect(opened.locator("[data-part=description] > .markdown em")).to_have_text(
        "so", timeout=SOON
    )


def test_acceptance_criteria_are_kept_beside_the_labels(opened, member, card):
    card_update(card=card, actor=member, changes={"metadata": {"labels": [{"name": "kept"}]}})
    opened.get_by_role("button", name="Edit acceptance criteria").click()
    opened.get_by_role("textbox", name="Acceptance criteria").fill("It *works*.")
    opened.keyboard.press("Control+Enter")

    expect(opened.locator("[data-part=criteria] > .markdown em")).to_have_text(
        "works", timeout=SOON
    )
    card.refresh_from_db()
    assert card.metadata["acceptance_criteria"] == "It *works*."
    assert card.metadata["labels"][0]["name"] == "kept"


def test_a_draft_outlasts_a_reload_and_can_be_discarded(opened, card):
    opened.get_by_role("button", name="Edit description").click()
    opened.get_by_role("textbox", name="Description").fill("Half a thought")
    opened.reload()

    field = opened.get_by_role("textbox", name="Description")
    expect(field).to_have_value("Half a thought", timeout=SOON)
    opened.get_by_role("button", name="Discard it").click()
    expect(field).to_have_value("")
    opened.get_by_role("button", name="Cancel").click()
    opened.reload()

    expect(opened.get_by_role("button", name="Edit description")).to_be_visible(timeout=SOON)
    settled(card, description="")
