"""A workspace that isn't private always has an active admin, whoever does what at once."""

import threading
from functools import partial

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.core.connections import as_database_owner
from tests.factories import MemberFactory, UserFactory, WorkspaceFactory
from tests.workspaces.together import Together, together, wait_until_waiting
from workspaces.models import User, Workspace, WorkspaceMember
from workspaces.services import (
    LastAdmin,
    member_add,
    member_remove,
    member_role_change,
    user_deactivate,
    user_delete,
)

ADMIN, MEMBER = WorkspaceMember.Role.ADMIN, WorkspaceMember.Role.MEMBER
ROUNDS = 100


@pytest.fixture
def two_admins():
    workspace = WorkspaceFactory(key="TWO")
    other = MemberFactory(workspace=workspace, role=ADMIN)
    return workspace, WorkspaceMember.objects.get(user=workspace.created_by), other


def admins_of(workspace):
    return WorkspaceMember.objects.active_admins().filter(workspace=workspace).count()


@pytest.mark.django_db
class TestOneAfterTheOther:
    def test_the_only_admin_stays_one(self, workspace, admin):
        membership = WorkspaceMember.objects.get(workspace=workspace, user=admin)
        with pytest.raises(LastAdmin) as refusal:
            member_role_change(member=membership, role=MEMBER, actor=admin)
        assert refusal.value.extra["workspaces"] == [str(workspace.pk)]
        assert admins_of(workspace) == 1

    def test_the_only_admin_does_not_leave(self, workspace, admin):
        membership = WorkspaceMember.objects.get(workspace=workspace, user=admin)
        with pytest.raises(LastAdmin):
            member_remove(member=membership, actor=admin)
        assert admins_of(workspace) == 1

    @pytest.mark.parametrize("end", [user_deactivate, user_delete])
    def test_the_only_admin_is_neither_deactivated_nor_deleted(self, workspace, admin, end):
        with pytest.raises(LastAdmin):
            end(user=admin, actor=None, at=timezone.now())
        admin.refresh_from_db()
        assert (admin.is_active, admin.deleted_at) == (True, None)

    def test_an_admin_who_cannot_sign_in_does_not_count(self, two_admins):
        _workspace, first, second = two_admins
        user_deactivate(user=second.user, actor=None, at=timezone.now())
        with pytest.raises(LastAdmin):
            member_remove(member=first, actor=first.user)

    def test_with_a_second_admin_the_first_may_go(self, two_admins):
        workspace, first, second = two_admins
        member_remove(member=first, actor=second.user)
        assert admins_of(workspace) == 1


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def both_wait(self, workspace, *calls):
        """Run both while the workspace is locked, so that each has seen the other still there."""
        with transaction.atomic():
            Workspace.objects.select_for_update().get(pk=workspace.pk)
            running = Together(*calls)
            wait_until_waiting(len(calls))
        return running.wait()

    def test_of_two_admins_who_demote_each_other_the_later_is_refused(self, two_admins):
        workspace, first, second = two_admins
        for _round in range(ROUNDS):
            outcomes = self.both_wait(
                workspace,
                partial(member_role_change, member=first, role=MEMBER, actor=second.user),
                partial(member_role_change, member=second, role=MEMBER, actor=first.user),
            )
            refused = [each for each in outcomes if isinstance(each, Exception)]
            assert [type(each) for each in refused] == [LastAdmin]
            assert refused[0].status == 409
            assert admins_of(workspace) == 1
            WorkspaceMember.objects.filter(workspace=workspace).update(role=ADMIN)

    def test_of_two_admins_who_remove_each_other_the_later_is_refused(self, two_admins):
        workspace, first, second = two_admins
        outcomes = self.both_wait(
            workspace,
            partial(member_remove, member=first, actor=second.user),
            partial(member_remove, member=second, actor=first.user),
        )
        assert sorted(type(each).__name__ for each in outcomes) == ["LastAdmin", "NoneType"]
        assert admins_of(workspace) == 1

    @pytest.mark.parametrize("end", [user_deactivate, user_delete])
    def test_one_goes_while_the_other_is_demoted(self, two_admins, end):
        workspace, first, second = two_admins
        outcomes = self.both_wait(
            workspace,
            partial(end, user=first.user, actor=None, at=timezone.now()),
            partial(member_role_change, member=second, role=MEMBER, actor=second.user),
        )
        assert [type(each) for each in outcomes if isinstance(each, Exception)] == [LastAdmin]
        assert admins_of(workspace) == 1

    def test_who_is_deactivated_meanwhile_becomes_nobodys_last_admin(self):
        workspace = WorkspaceFactory(key="ONE")
        founder, comer = workspace.created_by, UserFactory()
        for _round in range(10):
            together(
                partial(user_deactivate, user=comer, actor=None, at=timezone.now()),
                partial(member_add, workspace=workspace, user=comer, actor=founder, role=ADMIN),
            )
            together(
                partial(
                    member_remove,
                    member=WorkspaceMember.objects.get(workspace=workspace, user=founder),
                    actor=founder,
                )
            )
            assert admins_of(workspace) >= 1
            User.objects.filter(pk=comer.pk).update(is_active=True)
            WorkspaceMember.objects.get_or_create(
                workspace=workspace, user=founder, defaults={"role": ADMIN}
            )
            WorkspaceMember.objects.filter(workspace=workspace, user=comer).delete()

    def test_the_same_without_lock_and_trigger_leaves_no_admin(self, two_admins):
        """The trial sees what it is meant to see: a naive copy fails it."""
        workspace, first, second = two_admins
        both_have_counted = threading.Barrier(2)

        def demote_naively(member):
            with transaction.atomic():
                count = admins_of(workspace)
                both_have_counted.wait(timeout=120)
                if count > 1:
                    WorkspaceMember.objects.filter(pk=member.pk).update(role=MEMBER)

        with as_database_owner() as owner:
            owner.execute(
                "ALTER TABLE workspace_members DISABLE TRIGGER workspace_members_last_admin"
            )
        try:
            together(partial(demote_naively, first), partial(demote_naively, second))
            assert admins_of(workspace) == 0
        finally:
            with as_database_owner() as owner:
                owner.execute(
                    "ALTER TABLE workspace_members"
                    " ENABLE ALWAYS TRIGGER workspace_members_last_admin"
                )

    def test_the_trigger_alone_holds_where_the_lock_is_left_out(self, two_admins):
        workspace, first, second = two_admins

        def demote_without_lock(member):
            WorkspaceMember.objects.filter(pk=member.pk).update(role=MEMBER)

        outcomes = together(
            partial(demote_without_lock, first), partial(demote_without_lock, second)
        )
        assert len([each for each in outcomes if isinstance(each, Exception)]) == 1
        assert admins_of(workspace) == 1
        connection.close()
