"""Workspaces and their members, by the services."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.exceptions import Forbidden, StaleVersion
from core.models import EventLog
from tests.factories import BoardFactory, CardAssigneeFactory, CardFactory, UserFactory
from tests.watching import Watch, signed
from workspaces.models import Workspace, WorkspaceMember
from workspaces.services import (
    AccountInactive,
    AlreadyMember,
    MemberGone,
    PrivateWorkspace,
    WorkspaceGone,
    member_add,
    member_remove,
    member_role_change,
    user_deactivate,
    workspace_create,
    workspace_delete,
    workspace_of_one_ensure,
    workspace_update,
)

pytestmark = pytest.mark.django_db

ADMIN, MEMBER = WorkspaceMember.Role.ADMIN, WorkspaceMember.Role.MEMBER


def place_of(person, workspace):
    return WorkspaceMember.objects.get(workspace=workspace, user=person)


class TestWorkspaces:
    def test_whoever_makes_one_is_its_admin(self, member):
        watch = Watch()
        workspace = workspace_create(name=" Acme ", key="ACME", actor=member)
        assert (workspace.name, workspace.key, workspace.version) == ("Acme", "ACME", 1)
        assert place_of(member, workspace).role == ADMIN
        assert watch.actions() == [
            ("workspace.created", "workspace"),
            ("workspace.created", "workspace_member"),
        ]
        assert {entry.actor_id for entry in watch.entries()} == {member.pk}

    @pytest.mark.parametrize(("field", "value"), [("name", " "), ("name", "n" * 101), ("key", "")])
    def test_what_cannot_be_is_refused_by_field(self, member, field, value):
        values = {"name": "Acme", "key": "ACME", field: value}
        with pytest.raises(ValidationError) as refusal:
            workspace_create(actor=member, **values)
        assert list(refusal.value.message_dict) == [field]

    @pytest.mark.parametrize("key", ["A", "acme", "1ACME", "AC-ME", "ACMÉ"])
    def test_a_malformed_key_is_refused_by_the_database(self, member, key):
        with pytest.raises(IntegrityError, match="workspaces_key_valid"), transaction.atomic():
            workspace_create(name="Acme", key=key, actor=member)

    def test_a_key_is_taken_once(self, member, workspace):
        with pytest.raises(IntegrityError, match="workspaces_key_unique"), transaction.atomic():
            workspace_create(name="Acme", key="ACME", actor=member)

    def test_who_was_deactivated_makes_none(self, member):
        user_deactivate(user=member, actor=None, at=timezone.now())
        with pytest.raises(AccountInactive):
            workspace_create(name="Acme", key="ACME", actor=member)

    def test_renaming(self, workspace, admin):
        watch = Watch()
        renamed = workspace_update(workspace=workspace, actor=admin, name="Acme & Sons")
        assert (renamed.name, renamed.version) == ("Acme & Sons", 2)
        assert signed(watch.only()) == ("workspace.updated", admin.pk, "command")
        workspace_update(workspace=workspace, actor=admin, name="Acme & Sons")
        assert len(watch.entries()) == 1

    @pytest.mark.parametrize("who", ["member", "member_of_both", "outsider"])
    def test_only_admins_rename_and_delete(self, workspace, other_workspace, who, request):
        person = request.getfixturevalue(who)
        with pytest.raises(Forbidden):
            workspace_update(workspace=workspace, actor=person, name="Mine")
        with pytest.raises(Forbidden):
            workspace_delete(workspace=workspace, actor=person)
        workspace.refresh_from_db()
        assert workspace.name == "Acme"

    def test_an_older_version_is_refused(self, workspace, admin):
        workspace_update(workspace=workspace, actor=admin, name="First")
        for service, more in ((workspace_update, {"name": "Second"}), (workspace_delete, {})):
            with pytest.raises(StaleVersion):
                service(workspace=workspace, actor=admin, expected_version=1, **more)

    def test_deleting_takes_everything_in_it_and_is_one_action(self, workspace, card, admin):
        watch = Watch()
        workspace_delete(workspace=workspace, actor=admin)
        assert not Workspace.objects.filter(pk=workspace.pk).exists()
        assert {signed(entry) for entry in watch.entries()} == {
            ("workspace.deleted", admin.pk, "command")
        }
        kinds = {entry.entity_type for entry in watch.entries()}
        assert {"workspace", "workspace_member", "board", "card"} <= kinds
        assert {entry.workspace_id for entry in watch.entries()} == {workspace.pk}

    def test_the_private_one_stays(self, member):
        with pytest.raises(PrivateWorkspace):
            workspace_delete(workspace=workspace_of_one_ensure(user=member), actor=member)

    def test_one_that_is_gone_is_gone(self, workspace, admin):
        workspace_delete(workspace=workspace, actor=admin)
        with pytest.raises(WorkspaceGone) as refusal:
            workspace_update(workspace=workspace, actor=admin, name="Late")
        assert refusal.value.status == 404


class TestMembers:
    def test_adding(self, workspace, admin, outsider):
        watch = Watch()
        member = member_add(workspace=workspace, user=outsider, actor=admin)
        assert (member.role, member.version) == (MEMBER, 1)
        assert member.joined_at is not None
        assert signed(watch.only()) == ("member.added", admin.pk, "command")
        assert watch.only().workspace_id == workspace.pk

    def test_nobody_is_added_twice(self, workspace, admin, member):
        with pytest.raises(AlreadyMember):
            member_add(workspace=workspace, user=member, actor=admin)

    def test_nobody_is_added_to_a_private_workspace(self, admin, member):
        private = workspace_of_one_ensure(user=admin)
        with pytest.raises(PrivateWorkspace):
            member_add(workspace=private, user=member, actor=admin)

    def test_who_is_deactivated_is_not_added(self, workspace, admin):
        person = UserFactory()
        user_deactivate(user=person, actor=None, at=timezone.now())
        with pytest.raises(AccountInactive):
            member_add(workspace=workspace, user=person, actor=admin)

    def test_changing_the_role(self, workspace, admin, member):
        watch = Watch()
        changed = member_role_change(member=place_of(member, workspace), role=ADMIN, actor=admin)
        assert (changed.role, changed.version) == (ADMIN, 2)
        assert signed(watch.only()) == ("member.role_changed", admin.pk, "command")
        assert watch.only().details["before"] == {"role": "member"}
        member_role_change(member=changed, role=ADMIN, actor=admin)
        assert len(watch.entries()) == 1

    def test_an_unknown_role_is_refused(self, workspace, admin, member):
        with pytest.raises(ValidationError) as refusal:
            member_role_change(member=place_of(member, workspace), role="owner", actor=admin)
        assert list(refusal.value.message_dict) == ["role"]

    def test_an_older_version_is_refused(self, workspace, admin, member):
        place = member_role_change(member=place_of(member, workspace), role=ADMIN, actor=admin)
        with pytest.raises(StaleVersion):
            member_role_change(member=place, role=MEMBER, actor=admin, expected_version=1)
        with pytest.raises(StaleVersion):
            member_remove(member=place, actor=admin, expected_version=1)

    def test_in_the_private_workspace_everything_stays(self, member):
        place = place_of(member, workspace_of_one_ensure(user=member))
        with pytest.raises(PrivateWorkspace):
            member_role_change(member=place, role=MEMBER, actor=member)
        with pytest.raises(PrivateWorkspace):
            member_remove(member=place, actor=member)

    def test_cards_lose_who_is_removed(self, workspace, board, admin, member_of_both):
        card = CardAssigneeFactory(card=CardFactory(board=board), user=member_of_both).card
        card.refresh_from_db()
        before = card.version
        watch = Watch()
        member_remove(member=place_of(member_of_both, workspace), actor=admin)
        card.refresh_from_db()
        assert not card.assignees.exists()
        assert card.version > before
        assert sorted(watch.actions()) == [
            ("member.removed", "card_assignee"),
            ("member.removed", "workspace_member"),
        ]

    def test_cards_elsewhere_keep_them(self, workspace, other_workspace, admin, member_of_both):
        board = BoardFactory(workspace=other_workspace)
        card = CardAssigneeFactory(card=CardFactory(board=board), user=member_of_both).card
        member_remove(member=place_of(member_of_both, workspace), actor=admin)
        assert card.assignees.get() == member_of_both

    def test_everybody_may_leave(self, workspace, member):
        member_remove(member=place_of(member, workspace), actor=member)
        assert EventLog.objects.latest("id").actor_id == member.pk
        assert not workspace.memberships.filter(user=member).exists()

    def test_not_twice(self, workspace, admin, member):
        place = place_of(member, workspace)
        member_remove(member=place, actor=admin)
        with pytest.raises(MemberGone) as refusal:
            member_remove(member=place, actor=admin)
        assert refusal.value.status == 404

    @pytest.mark.parametrize("who", ["member_of_both", "outsider"])
    def test_others_manage_nobody(self, workspace, other_workspace, member, who, request):
        person = request.getfixturevalue(who)
        place = place_of(member, workspace)
        for refused in (
            lambda: member_add(workspace=workspace, user=UserFactory(), actor=person),
            lambda: member_role_change(member=place, role=ADMIN, actor=person),
            lambda: member_remove(member=place, actor=person),
        ):
            with pytest.raises(Forbidden):
                refused()
        assert workspace.memberships.count() == 3
