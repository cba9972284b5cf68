"""Accounts: made, changed, switched off and on, deleted."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.exceptions import Forbidden, StaleVersion
from core.models import EventLog
from tests.factories import (
    AccessTokenFactory,
    CardAssigneeFactory,
    CardFactory,
    MemberFactory,
    UserFactory,
    WorkspaceFactory,
)
from tests.factories.workspaces import PASSWORD
from tests.watching import Watch, signed
from workspaces.models import AccessToken, SignIn, User, Workspace, WorkspaceMember
from workspaces.services import (
    AccountGone,
    sign_in,
    user_create,
    user_deactivate,
    user_delete,
    user_reactivate,
    user_update,
    workspace_of_one_ensure,
)

pytestmark = pytest.mark.django_db


def make(**changes):
    values = {"username": "ann", "email": "ann@example.com", "password": PASSWORD, "actor": None}
    return user_create(**{**values, **changes})


class TestMaking:
    def test_an_account_comes_with_its_private_workspace(self):
        user = make(full_name=" Ann Example ")
        private = Workspace.objects.get(personal_for=user)
        assert user.full_name == "Ann Example"
        assert private.name == "Ann Example"
        assert private.key.startswith("P")
        assert private.memberships.get().user_id == user.pk
        assert private.memberships.get().role == WorkspaceMember.Role.ADMIN

    def test_all_of_it_is_one_action(self):
        watch = Watch()
        user = make()
        assert watch.actions() == [
            ("user.created", "user"),
            ("user.created", "workspace"),
            ("user.created", "workspace_member"),
        ]
        assert {entry.action_id for entry in watch.entries()} == {watch.entries()[0].action_id}
        assert watch.entries()[0].private_to == user.pk

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("username", "ann@home"),
            ("username", "ann b"),
            ("username", ""),
            ("username", "a" * 101),
            ("email", "nowhere"),
            ("email", "a@b@c.com"),
            ("email", f"{'a' * 250}@b.com"),
            ("full_name", "n" * 201),
            ("avatar_url", "https://x/" + "a" * 500),
            ("password", "12345678"),
        ],
    )
    def test_what_cannot_be_is_refused_by_field(self, field, value):
        with pytest.raises(ValidationError) as refusal:
            make(**{field: value})
        assert list(refusal.value.message_dict) == [field]
        assert not User.objects.exists()

    @pytest.mark.parametrize("taken", [{"username": "ANN"}, {"email": "ANN@example.com"}])
    def test_names_are_taken_whatever_their_case(self, taken):
        make()
        with pytest.raises(IntegrityError), transaction.atomic():
            make(**{"username": "other", "email": "other@example.com", **taken})
        assert User.objects.count() == 1
        assert Workspace.objects.count() == 1

    def test_only_operators_and_commands_make_accounts(self, admin, operator):
        with pytest.raises(Forbidden):
            make(actor=admin)
        assert make(actor=operator).username == "ann"

    def test_djangos_createsuperuser_makes_an_operator(self, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        call_command(
            "createsuperuser", username="root", email="root@example.com", interactive=False
        )
        operator = User.objects.get(username="root")
        assert (operator.is_superuser, operator.is_staff) == (True, True)
        assert operator.check_password(PASSWORD)
        assert Workspace.objects.filter(personal_for=operator).count() == 1

    def test_djangos_changepassword_signs_out_everywhere(self, member, monkeypatch):
        sign_in.sign_in(user=member, at=timezone.now())
        monkeypatch.setattr("getpass.getpass", lambda *args, **kwargs: "something else entirely")
        call_command("changepassword", "member")
        member.refresh_from_db()
        assert member.check_password("something else entirely")
        assert member.auth_generation == 2
        assert not SignIn.objects.exists()

    def test_who_came_by_sql_gets_a_private_workspace_once(self, member):
        first = workspace_of_one_ensure(user=member)
        assert workspace_of_one_ensure(user=member).pk == first.pk
        assert Workspace.objects.filter(personal_for=member).count() == 1


class TestChanging:
    def test_ones_own_name(self, member):
        watch = Watch()
        changed = user_update(user=member, actor=member, full_name="Maxine")
        assert (changed.full_name, changed.version) == ("Maxine", 2)
        assert signed(watch.only()) == ("user.updated", member.pk, "command")

    def test_nothing_changed_is_no_change(self, member):
        watch = Watch()
        user_update(user=member, actor=member, full_name=member.full_name)
        assert watch.entries() == []

    def test_nobody_elses(self, member, admin, workspace):
        with pytest.raises(Forbidden):
            user_update(user=member, actor=admin, full_name="Mine")

    def test_nobody_makes_themselves_an_operator(self, member, operator):
        with pytest.raises(Forbidden):
            user_update(user=member, actor=member, is_superuser=True)
        member.refresh_from_db()
        assert member.is_superuser is False
        assert user_update(user=member, actor=operator, is_superuser=True).is_superuser is True

    def test_an_older_version_is_refused(self, member):
        user_update(user=member, actor=member, full_name="First")
        with pytest.raises(StaleVersion):
            user_update(user=member, actor=member, full_name="Second", expected_version=1)
        member.refresh_from_db()
        assert member.full_name == "First"


class TestDeactivating:
    def test_everything_that_signs_in_is_dead(self, member, workspace, operator):
        token = AccessTokenFactory(user=member)
        sign_in.sign_in(user=member, at=timezone.now())
        user = user_deactivate(user=member, actor=operator, at=timezone.now())
        token.refresh_from_db()
        assert (user.is_active, user.auth_generation) == (False, 2)
        assert token.revoked_at is not None
        assert not SignIn.objects.filter(user=member).exists()
        assert WorkspaceMember.objects.filter(user=member, workspace=workspace).exists()

    def test_reactivation_brings_back_the_person_and_no_token(self, member, operator):
        token = AccessTokenFactory(user=member)
        user_deactivate(user=member, actor=operator, at=timezone.now())
        assert user_reactivate(user=member, actor=operator).is_active is True
        token.refresh_from_db()
        assert token.revoked_at is not None

    def test_twice_is_once(self, member, operator):
        user_deactivate(user=member, actor=operator, at=timezone.now())
        watch = Watch()
        user_deactivate(user=member, actor=operator, at=timezone.now())
        assert watch.entries() == []

    @pytest.mark.parametrize("service", [user_deactivate, user_reactivate])
    def test_an_admin_of_a_workspace_may_not(self, member, admin, workspace, service):
        moment = {} if service is user_reactivate else {"at": timezone.now()}
        with pytest.raises(Forbidden):
            service(user=member, actor=admin, **moment)


class TestDeleting:
    def test_the_row_stays_and_everything_of_theirs_goes(self, member, workspace, board, operator):
        private = workspace_of_one_ensure(user=member)
        card = CardFactory(board=board, created_by=member)
        CardAssigneeFactory(card=card, user=member)
        AccessTokenFactory(user=member)
        sign_in.sign_in(user=member, at=timezone.now())
        user_delete(user=member, actor=member, at=timezone.now())
        member.refresh_from_db()
        card.refresh_from_db()
        assert member.deleted_at is not None
        assert (member.is_active, member.has_usable_password()) == (False, False)
        assert not Workspace.objects.filter(pk=private.pk).exists()
        assert not WorkspaceMember.objects.filter(user=member).exists()
        assert card.created_by_id == member.pk
        assert not card.assignees.exists()
        assert not SignIn.objects.filter(user=member).exists()
        assert not AccessToken.objects.filter(user=member, revoked_at__isnull=True).exists()

    def test_all_of_it_is_one_action(self, member, workspace):
        workspace_of_one_ensure(user=member)
        watch = Watch()
        user_delete(user=member, actor=member, at=timezone.now())
        assert {signed(entry) for entry in watch.entries()} == {
            ("user.deleted", member.pk, "command")
        }

    def test_the_names_are_free_again(self, member):
        user_delete(user=member, actor=None, at=timezone.now())
        again = make(username="Member", email="MEMBER@example.com")
        assert User.objects.named("member").get() == again
        assert User.objects.named("member@example.com").get() == again

    def test_not_twice(self, member):
        user_delete(user=member, actor=None, at=timezone.now())
        with pytest.raises(AccountGone):
            user_delete(user=member, actor=None, at=timezone.now())

    def test_nobody_else_may(self, member, admin, workspace):
        with pytest.raises(Forbidden):
            user_delete(user=member, actor=admin, at=timezone.now())
        member.refresh_from_db()
        assert member.deleted_at is None

    def test_a_plain_member_of_many_places_may_go(self):
        person = UserFactory()
        for _number in range(3):
            MemberFactory(workspace=WorkspaceFactory(), user=person)
        user_delete(user=person, actor=person, at=timezone.now())
        assert not WorkspaceMember.objects.filter(user=person).exists()


def test_the_log_holds_no_password_and_no_hash(member, operator):
    user = make()
    hashed = user.password
    user_update(user=user, actor=user, email="ann@elsewhere.example")
    user_delete(user=user, actor=operator, at=timezone.now())
    written = "".join(str(entry.details) for entry in EventLog.objects.all())
    assert "ann@elsewhere.example" in written
    assert PASSWORD not in written
    assert hashed not in written
    assert "md5$" not in written
