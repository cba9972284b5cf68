"""Words that are composed, as Japanese and Chinese are: their keys belong to the input method."""

import pytest
from playwright.sync_api import expect

from tests.browser.cards import opened_card
from tests.factories import ChecklistItemFactory

pytestmark = pytest.mark.django_db(transaction=True)

COMPOSED = "にほんご"


@pytest.fixture
def shown(live_server, page, sign_in, member, card):
    ChecklistItemFactory(card=card, checklist="Steps", text="Step")
    sign_in(member)
    with opened_card(page, live_server.url, card) as card_page:
        yield card_page


class InputMethod:
    """An input method that has begun a word in the field that has the focus."""

    def __init__(self, page):
        self.devtools = page.context.new_cdp_session(page)
        self.compose(COMPOSED)

    def compose(self, text):
        end = len(text)
        self.devtools.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": end, "selectionEnd": end}
        )

    def press(self, key):
        """A key that the input method takes for itself; the page hears of it all the same."""
        for kind in ("rawKeyDown", "keyUp"):
            self.devtools.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": key})

    def finish(self):
        self.devtools.send("Input.insertText", {"text": COMPOSED})


def title(shown):
    shown.page.click("h1.detail-title")
    return shown.page.get_by_label("Title", exact=True)


def item(shown):
    shown.page.click(".checklist-text")
    return shown.page.get_by_label("Text of the item")


def new_checklist(shown):
    shown.page.get_by_role("button", name="Add checklist").click()
    return shown.page.get_by_label("Name of the checklist")


def description(shown):
    shown.page.get_by_role("button", name="Edit description").click()
    return shown.page.get_by_role("textbox", name="Description")


def labels(shown):
    shown.value("labels").click()
    return shown.page.get_by_role("combobox", name="Labels")


@pytest.fixture
def written(page):
    """What the page asked the server to write."""
    asked = []
    page.on("request", lambda sent: sent.method == "GET" or asked.append(sent.url))
    return asked


def test_keys_of_a_word_that_is_being_composed_neither_save_nor_leave(shown, written):
    shown.page.evaluate(
        "window.heard = [];"
        "addEventListener('keydown', (event) => heard.push(event.isComposing), true)"
    )
    for opened in (title, item, new_checklist, description, labels):
        field = opened(shown)
        field.evaluate("field => field.value = ''")
        shown.page.evaluate("heard.splice(0)")
        method = InputMethod(shown.page)
        for key in ("Enter", "Escape"):
            method.press(key)
            expect(field).to_be_focused()
        method.finish()
        assert shown.page.evaluate("heard.splice(0)") == [True, True]
        # The word is put in and nothing was done with it; now Escape means the field.
        expect(field).to_have_value(COMPOSED)
        assert written == []
        field.fill("")
        shown.page.keyboard.press("Escape")
        expect(field).to_have_count(0)
        written.clear()


def test_the_composed_title_is_saved_by_the_next_enter(shown):
    field = title(shown)
    field.fill("")
    method = InputMethod(shown.page)
    method.press("Enter")
    method.finish()
    field.press("Enter")

    shown.title_is(COMPOSED)
    shown.keeps(title=COMPOSED)
