"""The guard over all browser tests sees what it is there to see."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

DONE = {
    "policy: style-src": """document.body.insertAdjacentHTML("beforeend", "<p style='top: 0'>")""",
    "policy: script-src": """document.body.append(
        Object.assign(document.createElement("script"), {textContent: "1"}))""",
    "dialog: alert": "alert(7)",
    "dialog: confirm": "confirm('Sure?')",
    "request: https://example.com": "void setTimeout(() => location.assign('https://example.com'))",
    "error: thrown": "void setTimeout(() => { throw new Error('thrown') })",
    "error: refused": "void Promise.reject(new Error('refused'))",
}


@pytest.mark.parametrize("complaint", DONE)
def test_what_a_page_may_not_do_is_noticed(complaint, live_server, page, guard):
    page.goto(live_server.url + "/admin/login/")
    assert guard.unforgiven() == []
    guard.forgive("")
    page.evaluate(DONE[complaint])
    for _time in range(200):
        if any(complaint in each for each in guard.complaints):
            return
        page.wait_for_timeout(50)
    raise AssertionError(guard.complaints)


def test_further_browsers_and_their_frames_are_watched(live_server, browser, guard):
    for page in (browser.new_context().new_page(), browser.new_page()):
        guard.complaints.clear()
        page.goto(live_server.url + "/admin/login/")
        page.evaluate("window.open('/admin/login/')")
        further = page.context.pages[-1]
        further.wait_for_load_state()
        further.evaluate("alert(1)")
        assert [each for each in guard.complaints if "dialog" in each]
        page.context.close()
    guard.forgive("dialog")
