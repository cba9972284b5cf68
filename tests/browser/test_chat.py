"""The conversation's page in a real browser: by keyboard, accessible, narrow and wide."""

from __future__ import annotations

import pytest

from assistant.services.conversations import conversation_create
from assistant.services.messages import message_post
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "wordwithoutspaces" * 60,
    "\u202eright to left \u2067 שלום",
    "👨‍👩‍👧 ёжик\n\nв тумане",
    "which projects",
]


@pytest.fixture
def conversation(member, workspace):
    ProjectFactory(workspace=workspace, name="<b>Alpha</b> " + "x" * 180)
    conversation = conversation_create(actor=member, title="<i>" + "Title" * 39)
    for content in HOSTILE:
        message_post(conversation=conversation, actor=member, content=content)
    return conversation


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_page_is_accessible_and_fits(
    live_server, page, sign_in, member, conversation, width, scheme
):
    sign_in(member)
    complaints = watched(page)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    for address in ("", "add/", f"{conversation.pk}/change/"):
        page.goto(f"{live_server.url}/admin/assistant/conversation/{address}")
        assert findings(page) == []
        assert sideways(page) <= 0
    page.goto(f"{live_server.url}/admin/assistant/conversation/{conversation.pk}/change/")
    page.locator(".chat-rename summary").click()
    assert findings(page) == []
    assert sideways(page) <= 0
    assert complaints == []


def test_a_conversation_is_held_by_keyboard(live_server, page, sign_in, member, workspace):
    ProjectFactory(workspace=workspace, name="Alpha")
    sign_in(member)
    complaints = watched(page)
    page.goto(f"{live_server.url}/admin/assistant/conversation/add/")
    page.get_by_label("Message").focus()
    page.keyboard.type("переключись на проект alpha")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/#compose")
    assert page.locator(".chat-assistant strong").inner_text() == "Контекст: Проект Alpha"
    assert page.locator("#chat-project option:checked").inner_text() == "Alpha"
    # From where the page opened, the next stop is the box.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "chat-content"
    page.keyboard.type("help")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("What I can do:").wait_for()
    assert page.locator(".chat-message").count() == 4
    assert complaints == []
