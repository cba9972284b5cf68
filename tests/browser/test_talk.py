"""A channel in a real browser: no axe finding, nothing sideways, and a thread by keyboard alone."""

from __future__ import annotations

import pytest

from discussions.models import Message
from discussions.services import message_delete
from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import ChannelFactory, MessageFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def channel(project, member, contributor, observer):
    """A channel with all that its page can show, long and strange texts among it."""
    channel = ChannelFactory(
        project=project,
        name="Очень длинное " * 4 + "название",
        description="House rules: https://example.com/" + "long/" * 40,
        members=[member, contributor, observer],
    )
    top = MessageFactory(channel=channel, author=member, content="Lunch? 🎉")
    MessageFactory(parent=top, author=contributor, content="W" * 400)
    for number in range(5):
        MessageFactory(parent=top, author=member, content=f"Reply {number}")
    gone = MessageFactory(channel=channel, author=contributor, content="Oops")
    MessageFactory(parent=gone, author=member, content="What was that?")
    message_delete(message=gone, actor=contributor)
    MessageFactory(channel=channel, author=contributor, content="@member", mentions=[member.pk])
    return channel


def address(channel):
    return f"/admin/discussions/channel/{channel.pk}/conversation/"


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_every_page_of_a_channel_is_accessible_and_fits(
    live_server, page, sign_in, member, observer, channel, width, scheme
):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    empty = ChannelFactory(project=channel.project, is_private=True, members=[member])
    thread = f"?thread={channel.messages.order_by('created_at').first().pk}"
    faults = {}
    for person, addresses in (
        (
            member,
            (
                address(channel),
                address(channel) + thread,
                address(empty),
                "/admin/discussions/channel/",
                "/admin/discussions/channel/add/",
                f"/admin/discussions/channel/{channel.pk}/change/",
                f"/admin/discussions/channel/{empty.pk}/history/",
            ),
        ),
        (observer, (address(channel),)),
    ):
        sign_in(person)
        for each in addresses:
            complaints = watched(page)
            page.goto(live_server.url + each, wait_until="load")
            for summary in page.locator(".talk-tools > summary, .talk-reply > summary").all()[:2]:
                summary.click()
            fault = [*complaints, *findings(page)]
            if sideways(page) > 0:
                fault.append(f"{sideways(page)} px too wide")
            if fault:
                faults[person.username, each] = fault
    assert faults == {}


def test_a_thread_is_answered_by_keyboard_alone(live_server, page, sign_in, member, channel):
    sign_in(member)
    page.goto(live_server.url + address(channel))
    page.locator(".talk-reply > summary").last.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Here I am")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Here I am")
    said = Message.objects.get(content="Here I am")
    assert (said.author, said.parent.content) == (member, "@member")
