"""Invitations: by mail, single use, seven days, bound to the invited address."""

import datetime
import re
from functools import partial

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core.exceptions import Forbidden
from core.models import EventLog
from tests.factories import MemberFactory, UserFactory, WorkspaceFactory
from tests.factories.workspaces import PASSWORD
from tests.watching import Watch, signed
from tests.workspaces.together import Together, wait_until_waiting
from workspaces.models import User, Workspace, WorkspaceInvitation, WorkspaceMember
from workspaces.services import (
    AlreadyMember,
    InvitationClosed,
    InvitedSomebodyElse,
    PrivateWorkspace,
    invitation_accept,
    invitation_create,
    invitation_find,
    invitation_revoke,
    invitation_sign_up,
    workspace_of_one_ensure,
)

EMAIL = "ann@example.com"


@pytest.fixture
def invite(workspace, admin, django_capture_on_commit_callbacks):
    """Invites, and answers with the token that the mail brought."""

    def invited(email=EMAIL, **changes):
        values = {"workspace": workspace, "actor": admin, "at": timezone.now(), **changes}
        with django_capture_on_commit_callbacks(execute=True):
            invitation_create(email=email, **values)
        return token_of(mail.outbox[-1])

    return invited


def token_of(message):
    return re.search(r"/invitations/([^/]+)/", message.body).group(1)


def sign_up(token, **changes):
    values = {"username": "ann", "password": PASSWORD, "at": timezone.now(), **changes}
    return invitation_sign_up(token=token, **values)


@pytest.mark.django_db
class TestInviting:
    def test_the_link_goes_to_the_address_and_nowhere_else(self, invite, workspace, admin):
        token = invite()
        [message] = mail.outbox
        invitation = WorkspaceInvitation.objects.get()
        assert message.to == [EMAIL]
        assert message.subject == "Ada Admin invites you to Acme on Taskly"
        assert invitation.expires_at - invitation.created_at > datetime.timedelta(days=6, hours=23)
        assert token not in invitation.token_hash
        assert token not in "".join(str(entry.details) for entry in EventLog.objects.all())
        assert invitation.token_hash not in str(EventLog.objects.latest("id").details)

    def test_the_log_tells_who_invited_whom(self, invite, admin):
        watch = Watch()
        invite()
        assert signed(watch.only()) == ("invitation.created", admin.pk, "command")
        assert watch.only().details["after"]["email"] == EMAIL

    def test_no_mail_leaves_when_the_transaction_is_undone(
        self, workspace, admin, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            try:
                with transaction.atomic():
                    invitation_create(
                        workspace=workspace, email=EMAIL, actor=admin, at=timezone.now()
                    )
                    raise KeyError
            except KeyError:
                pass
        assert mail.outbox == []

    def test_a_name_makes_no_line_in_the_mails_head(self, invite, workspace):
        Workspace.objects.filter(pk=workspace.pk).update(name="A\nBcc: x@example.com\n<b>&")
        invite()
        assert mail.outbox[0].subject == "Ada Admin invites you to A"
        assert mail.outbox[0].recipients() == [EMAIL]

    def test_inviting_again_ends_the_earlier_one(self, invite):
        first = invite()
        second = invite(email="ANN@example.com")
        assert invitation_find(token=first, at=timezone.now()) is None
        assert invitation_find(token=second, at=timezone.now()) is not None

    def test_members_cannot_be_invited_again(self, invite, member):
        with pytest.raises(AlreadyMember):
            invite(email="MEMBER@example.com")
        assert mail.outbox == []

    @pytest.mark.parametrize("who", ["member", "outsider"])
    def test_only_admins_invite(self, invite, who, request):
        with pytest.raises(Forbidden):
            invite(actor=request.getfixturevalue(who))
        assert not WorkspaceInvitation.objects.exists()

    def test_nobody_is_invited_into_a_private_workspace(self, invite, admin):
        with pytest.raises(PrivateWorkspace):
            invite(workspace=workspace_of_one_ensure(user=admin))

    @pytest.mark.parametrize("email", ["", "nowhere", "a@b@c.com", "a\nb@example.com"])
    def test_what_is_no_address_is_refused(self, invite, email):
        with pytest.raises(ValidationError) as refusal:
            invite(email=email)
        assert list(refusal.value.message_dict) == ["email"]


@pytest.mark.django_db
class TestJoining:
    def test_with_the_account_one_has(self, invite, workspace):
        ann = UserFactory(username="ann", email="Ann@Example.com")
        token = invite(role=WorkspaceMember.Role.ADMIN)
        watch = Watch()
        member = invitation_accept(token=token, actor=ann, at=timezone.now())
        assert (member.user, member.workspace, member.role) == (ann, workspace, "admin")
        assert {signed(entry) for entry in watch.entries()} == {
            ("invitation.accepted", ann.pk, "command")
        }
        assert WorkspaceInvitation.objects.get().accepted_at is not None

    def test_with_a_new_account(self, invite, workspace):
        token = invite()
        watch = Watch()
        member = sign_up(token, full_name="Ann")
        assert (member.user.email, member.role) == (EMAIL, "member")
        assert member.user.check_password(PASSWORD)
        assert Workspace.objects.filter(personal_for=member.user).exists()
        assert {(entry.action, entry.actor_id) for entry in watch.entries()} == {
            ("invitation.accepted", member.user_id)
        }

    def test_not_with_another_address(self, invite, outsider):
        token = invite()
        with pytest.raises(InvitedSomebodyElse) as refusal:
            invitation_accept(token=token, actor=outsider, at=timezone.now())
        assert refusal.value.status == 403
        assert invitation_find(token=token, at=timezone.now()) is not None

    def test_only_once(self, invite):
        ann = UserFactory(username="ann", email=EMAIL)
        token = invite()
        invitation_accept(token=token, actor=ann, at=timezone.now())
        with pytest.raises(InvitationClosed):
            invitation_accept(token=token, actor=ann, at=timezone.now())

    def test_not_after_seven_days(self, invite):
        token = invite(at=timezone.now() - datetime.timedelta(days=7, seconds=1))
        with pytest.raises(InvitationClosed):
            sign_up(token)
        assert not User.objects.filter(username="ann").exists()

    def test_not_after_it_was_revoked(self, invite, admin):
        token = invite()
        invitation_revoke(
            invitation=WorkspaceInvitation.objects.get(), actor=admin, at=timezone.now()
        )
        with pytest.raises(InvitationClosed):
            sign_up(token)

    def test_an_accepted_one_cannot_be_revoked(self, invite, admin):
        sign_up(invite())
        with pytest.raises(InvitationClosed):
            invitation_revoke(
                invitation=WorkspaceInvitation.objects.get(), actor=admin, at=timezone.now()
            )

    def test_a_weak_password_makes_no_account_and_uses_nothing_up(self, invite):
        token = invite()
        with pytest.raises(ValidationError) as refusal:
            sign_up(token, password="12345678")
        assert list(refusal.value.message_dict) == ["password"]
        assert invitation_find(token=token, at=timezone.now()) is not None

    def test_who_was_added_meanwhile_keeps_their_role(self, invite, workspace):
        token = invite(role=WorkspaceMember.Role.ADMIN)
        ann = UserFactory(username="ann", email=EMAIL)
        MemberFactory(workspace=workspace, user=ann)
        assert invitation_accept(token=token, actor=ann, at=timezone.now()).role == "member"

    def test_a_token_is_known_by_every_key_of_the_ring(self, invite, settings):
        token = invite()
        settings.TASKLY_TOKEN_KEYS = ["a newer key", *settings.TASKLY_TOKEN_KEYS]
        assert invitation_find(token=token, at=timezone.now()) is not None
        settings.TASKLY_TOKEN_KEYS = ["a newer key"]
        assert invitation_find(token=token, at=timezone.now()) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_link_at_once_one_joins():
    workspace = WorkspaceFactory(key="ONE")
    for number in range(10):
        email = f"ann{number}@example.com"
        invitation_create(
            workspace=workspace, email=email, actor=workspace.created_by, at=timezone.now()
        )
        token = token_of(mail.outbox[-1])
        person = UserFactory(email=email)
        with transaction.atomic():
            Workspace.objects.select_for_update().get(pk=workspace.pk)
            running = Together(
                partial(invitation_accept, token=token, actor=person, at=timezone.now()),
                partial(invitation_accept, token=token, actor=person, at=timezone.now()),
            )
            wait_until_waiting(2)
        outcomes = running.wait()
        assert sorted(type(each).__name__ for each in outcomes) == [
            "InvitationClosed",
            "WorkspaceMember",
        ]
        assert workspace.memberships.filter(user=person).count() == 1
