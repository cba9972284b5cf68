"""The pages of decisions and transcripts in a real browser: by axe, and by keyboard."""

import pytest

from tests.browser.test_admin_axe import findings, sideways, watched
from tests.factories import DecisionFactory, DecisionRelationshipFactory, TranscriptFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def decision(project, admin):
    """A decision with all that a page can show of one, long and strange texts among it."""
    transcript = TranscriptFactory(project=project, title="Kick-off 🎉", content="Ada: yes. " * 500)
    decision = DecisionFactory(
        project=project,
        transcript=transcript,
        title="Очень длинное название " * 10 + "🎉",
        statement="W" * 400,
        rationale="Because.\n\n<script>alert(1)</script>",
        status="accepted",
        confidence=0.9,
        impacts=["More", {"per_week": 1, "nested": [1, {"deep": True}]}],
        consensus={"for": ["Ada"], "against": []},
        anomalies=["None"],
        decided_by=admin,
        decided_at="2026-11-01T10:00:00Z",
    )
    for kind in ("supersedes", "depends_on", "conflicts_with", "relates_to"):
        DecisionRelationshipFactory(source=decision, kind=kind)
        DecisionRelationshipFactory(
            source=DecisionFactory(project=project, title="W" * 300), target=decision, kind=kind
        )
    return decision


def addresses(decision):
    return {
        "decisions": "/admin/decisions/decision/",
        "none found": "/admin/decisions/decision/?q=nothing",
        "decision": f"/admin/decisions/decision/{decision.pk}/change/",
        "decision add": "/admin/decisions/decision/add/",
        "decision history": f"/admin/decisions/decision/{decision.pk}/history/",
        "transcripts": "/admin/decisions/transcript/",
        "transcript": f"/admin/decisions/transcript/{decision.transcript_id}/change/",
        "transcript add": "/admin/decisions/transcript/add/",
    }


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_pages_are_accessible_and_fit(
    live_server, page, sign_in, admin, decision, width, scheme
):
    sign_in(admin)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    faults = {}
    for name, address in addresses(decision).items():
        complaints = watched(page)
        assert page.goto(live_server.url + address, wait_until="load").status == 200
        if page.locator(".editing > summary").count():
            page.locator(".editing > summary").click()
            page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(100)
        found = [*complaints, *findings(page), *["sideways"] * (sideways(page) > 0)]
        if found:
            faults[name] = found
    assert faults == {}


def test_a_decision_is_edited_by_keyboard(live_server, page, sign_in, admin, decision):
    sign_in(admin)
    page.goto(f"{live_server.url}/admin/decisions/decision/{decision.pk}/change/")
    page.locator(".editing > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#id_title").fill("Shorter")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Shorter"
    # Back to how it reads, with the form put away.
    assert page.locator(".editing").get_attribute("open") is None
