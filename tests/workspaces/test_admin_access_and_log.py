"""Invitations, access tokens, the log and home in the web pages."""

import pytest
from django.core import mail

from core.acting import acting
from core.models import EventLog
from tests.factories import (
    AccessTokenFactory,
    CardFactory,
    InvitationFactory,
    MemberFactory,
)
from tests.web import errors, page, queries_of, web
from workspaces.models import AccessToken, WorkspaceInvitation

pytestmark = pytest.mark.django_db


# Invitations and tokens


@pytest.mark.parametrize(
    ("who", "status"), [("admin", 200), ("operator", 200), ("member", 403), ("outsider", 200)]
)
def test_invitations_are_the_admins_business(request, workspace, other_workspace, who, status):
    InvitationFactory(workspace=workspace, email="invited@example.com")

    response = web(request.getfixturevalue(who)).get(
        page("workspaces_workspaceinvitation_changelist")
    )

    assert response.status_code == status
    assert (b"invited@example.com" in response.content) is (who in ("admin", "operator"))


def test_an_admin_invites_into_a_workspace_they_administer(admin, workspace, other_workspace):
    MemberFactory(workspace=other_workspace, user=admin)
    browser = web(admin)
    form = browser.get(page("workspaces_workspaceinvitation_add"))

    assert list(form.context["adminform"].form.fields["workspace"].queryset) == [workspace]
    response = browser.post(
        page("workspaces_workspaceinvitation_add"),
        {"workspace": workspace.pk, "email": "new@example.com", "role": "member"},
    )

    assert response.status_code == 302
    assert WorkspaceInvitation.objects.get().email == "new@example.com"
    assert [message.to for message in mail.outbox] in ([["new@example.com"]], [])


def test_an_invitation_to_a_member_is_an_error_beside_the_field(admin, member, workspace):
    response = web(admin).post(
        page("workspaces_workspaceinvitation_add"),
        {"workspace": workspace.pk, "email": member.email, "role": "member"},
    )

    assert list(errors(response)) == ["email"]


def test_an_invitation_is_revoked(admin, workspace):
    invitation = InvitationFactory(workspace=workspace)

    web(admin).post(page("workspaces_workspaceinvitation_do", invitation.pk, "revoke"))

    invitation.refresh_from_db()
    assert invitation.revoked_at is not None


def test_ones_tokens_are_ones_own(member, operator, workspace):
    token = AccessTokenFactory(user=member, name="Laptop")

    own = web(member).get(page("workspaces_accesstoken_changelist"))
    other = web(operator).get(page("workspaces_accesstoken_changelist"))
    opened = web(operator).get(page("workspaces_accesstoken_change", token.pk))

    assert b"Laptop" in own.content
    assert b"Laptop" not in other.content
    assert opened.status_code == 302


def test_a_token_is_shown_once(member, workspace):
    browser = web(member)

    made = browser.post(page("workspaces_accesstoken_add"), {"name": "Laptop", "scope": "write"})

    token = AccessToken.objects.get()
    secret = made.context["secret"]
    assert secret.startswith(token.prefix)
    assert secret.encode() in made.content
    assert "no-store" in made["Cache-Control"]
    again = browser.get(page("workspaces_accesstoken_change", token.pk)).content.decode()
    assert secret not in again
    assert token.token_hash not in again


def test_a_token_is_revoked(member, workspace):
    token = AccessTokenFactory(user=member)

    web(member).post(page("workspaces_accesstoken_do", token.pk, "revoke"))

    token.refresh_from_db()
    assert token.revoked_at is not None


# The log


@pytest.mark.parametrize(
    ("who", "sees_card", "sees_private"),
    [
        ("admin", True, False),
        ("member", True, True),
        ("outsider", False, False),
        ("operator", True, False),
    ],
)
def test_the_log_shows_what_one_may_see(
    request, other_workspace, member, card, who, sees_card, sees_private
):
    with acting(member, "token.created"):
        token = AccessTokenFactory(user=member)
    person = request.getfixturevalue(who)

    def finds(entity_id):
        entries = EventLog.objects.filter(entity_id=entity_id)
        browser = web(person)
        shown = browser.get(page("core_eventlog_changelist")).context["cl"].result_list
        opened = {
            browser.get(page("core_eventlog_change", entry.pk)).status_code for entry in entries
        }
        listed = any(entry.entity_id == entity_id for entry in shown)
        assert opened == ({200} if listed else {302})
        return listed

    assert (finds(card.pk), finds(token.pk)) == (sees_card, sees_private)


def test_nobody_writes_the_log(operator, card):
    entry = EventLog.objects.latest("id")
    browser = web(operator)

    assert browser.get(page("core_eventlog_add")).status_code == 403
    assert browser.post(page("core_eventlog_change", entry.pk), {}).status_code == 403
    assert browser.get(page("core_eventlog_delete", entry.pk)).status_code == 403


@pytest.mark.parametrize(
    "filters",
    [
        {"action": "card.created"},
        {"kind": "card"},
        {"source": "command"},
        {"timestamp__gte": "2026-01-01 00:00:00+00:00"},
    ],
)
def test_the_log_is_filtered(member, card, filters):
    response = web(member).get(page("core_eventlog_changelist"), filters)

    assert response.status_code == 200
    assert card.pk in {entry.entity_id for entry in response.context["cl"].result_list}


def test_filtering_by_a_stranger_tells_nothing(member, outsider, other_workspace, card):
    content = web(member).get(page("core_eventlog_changelist")).content.decode()

    assert str(outsider.pk) not in content


def test_home_tells_what_happened_lately_within_the_scope(member, card, other_card):
    response = web(member).get("/admin/")

    told = response.content.decode().partition("<main")[2]
    assert f"{card.workspace.key}-{card.number}" in told
    assert f"{other_card.workspace.key}-{other_card.number}" not in told


def test_home_takes_as_many_queries_with_40_cards_as_with_4(member, board):
    browser = web(member)
    for _ in range(15):
        CardFactory(board=board)
    browser.get("/admin/")
    few = queries_of(browser, "/admin/")
    for _ in range(25):
        CardFactory(board=board)

    assert queries_of(browser, "/admin/") == few
